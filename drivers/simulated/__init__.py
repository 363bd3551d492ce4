"""Simulated devices: a shipped feature, chosen in settings like any other driver. Each one stands behind a pty or a TCP
port as the real thing would, so that the drivers above it are the ones that will meet real hardware, and can be told to
fail in the ways that real ones do."""
