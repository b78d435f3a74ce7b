"""The program's dashboard: measures, targets and what is made of them."""
