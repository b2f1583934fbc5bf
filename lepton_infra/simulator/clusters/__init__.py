"""The Kubernetes clusters of the embedded clouds as real control planes: ``lepton sim --real-clusters``.

Each cloud's ``nodes.py`` says which clusters there are and which pools of nodes they have; here they are started and
stopped, and their nodes are kept in step with the pools and with the pods that wait for a node.
"""
