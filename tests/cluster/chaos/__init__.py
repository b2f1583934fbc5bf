"""What becomes of a region's model servers when something happens to them, on a real control plane."""
