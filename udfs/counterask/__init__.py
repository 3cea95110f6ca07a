"""counterask: what a client's ask costs the seller, and what a counter-ask is worth, in one currency."""

__version__ = "0.1.0"
