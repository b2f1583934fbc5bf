"""A real Kubernetes control plane on this machine, for tests and ``lepton sim --real-clusters``.

etcd, the API server, the controllers and the scheduler are those of Kubernetes, in one process that ``program`` builds
once. kwok plays the kubelets: pods are scheduled, become ready, are evicted, and their volumes are bound. But nothing
runs in them, and no packet flows.
"""
