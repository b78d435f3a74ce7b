"""What a package is made of: safe names, a bag, and a ZIP that is never stored. Pure functions, no database."""
