"""The acts of the counter, one a file: the only room that calls two services in one transaction."""
