"""An image classifier on CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images").

Network, loss, augmentation, optimizer and schedule use Keras 3 and NumPy only, so that the same code trains on
TensorFlow and on JAX (``KERAS_BACKEND``). What only TensorFlow can do, distribution and export, has modules of its own.
"""
