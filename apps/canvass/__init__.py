"""Officers at the doors: whom they asked for video around a scene, and what was said."""
