"""Run any Pulumi command with the embedded clouds in the place of the real ones.

The engine is the real one; what differs is the environment it gets: simulated providers, a state folder, a passphrase
and a Pulumi home of its own, all under ``.lepton/sim`` of the project. Plain ``pulumi`` sees nothing of it.
"""
