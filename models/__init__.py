"""The models that a region serves: how each is trained, evaluated and exported. Run in an environment of their own."""
