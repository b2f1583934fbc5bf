"""The networks, a module for each kind. Each has ``build(settings) -> keras.Model``: raw pixels in, logits out."""
