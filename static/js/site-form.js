// The address of a site, offered while it is typed. A site has no pin: its cameras have.
import { byId, field } from "./elements.js";
import { findPlaces } from "./find-place.js";

findPlaces(byId("find-place"), field(byId("site-form", HTMLFormElement), "csrfmiddlewaretoken").value, () => {});
