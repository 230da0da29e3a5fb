"""Privacy: awareness (P.1 to P.3) and leakage (P.5, P.6)."""
