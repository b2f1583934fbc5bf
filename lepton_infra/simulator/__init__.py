"""The embedded clouds: strict stand-ins for the providers, on which the real engine runs offline."""
