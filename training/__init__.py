"""Training of the embedded demonstration model, from nothing, on embedded data only."""
