"""便民 (convenience services): tickets, rooms, clinic appointments, enquiries, small cash. Which there are and what is asked
for each is data in ``conveniences.toml``, so that a county adds a service without code (NORM-20)."""

from kiosk.conveniences import records  # declares what the audit chain takes, before any act writes it

__all__ = ["records"]
