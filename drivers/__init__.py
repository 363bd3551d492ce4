"""The devices process: owns every scanner and printer, one thread each, and tells the rest of the station through
runtime.db. Imports ``kiosk`` and is imported by nobody; errors of the hardware are translated at its border."""
