"""Staff, their PINs and rights, the desks they work at, programs that come with a token."""
