"""Manifests (交接清单): what comes from or goes to somebody at once, declared against scanned, closed under one number and
bar code, signed. Knows subjects by kind and id; what happens to them as it is signed is joined by ``kiosk.counter``."""
