"""The whole business of a rural e-commerce service station; imports no web framework, no device and no network."""

__version__ = "0.1.0"
