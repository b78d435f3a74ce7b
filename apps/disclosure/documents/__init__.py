"""What is written into a package about the evidence in it: custody, certificate, sidecars, a graph for programs."""
