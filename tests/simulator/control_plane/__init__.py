"""The control plane's Python side, without a control plane."""
