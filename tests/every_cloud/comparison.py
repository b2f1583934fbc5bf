"""``docs/clouds.md``: what each cloud makes for the same region, layer by layer, counted in the golden lists.

``python -m tests.every_cloud.comparison`` renews the golden list of the small region on every cloud, and the page.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from lepton_infra import clouds
from lepton_infra.sandbox.summary import LAYERS, layer_of
from lepton_infra.testing import goldens
from tests.kit.regions import ROOT, declare, region

FOLDER = Path(__file__).parent / "goldens"
PAGE = ROOT / "docs" / "clouds.md"

_HEAD = """\
# What each cloud makes

The same region on every cloud there is: three zones, a GPU pool and a CPU pool, a model on each. Counted in the golden
lists of `tests/every_cloud/goldens/`, which the suite compares with what is declared; renew both with `make goldens`.
Components and providers are not counted.
"""

_MEANING: Mapping[str, str] = {
    "Network": "A private network with a way out, private ways to the cloud's own services, and flow logs.",
    "Storage": "Versioned, encrypted buckets for models and data, and who read them.",
    "Registry": "The region's own copies of the images that it runs.",
    "Cluster": "A Kubernetes control plane, its system nodes, its keys, its logs and who administers it.",
    "Oversight": "Who did what, who is told, a way in for an emergency, and what survives.",
    "NodePool": "Nodes of one shape, bought in the order that the stack file gives.",
    "Identity": "What a model's pods may read, without a stored credential.",
    "Serving": "Model servers and the way to them, written once in Kubernetes' words.",
    "Monitoring": "What is measured, what is alarming and who hears of it, in Kubernetes' words too.",
}


def kinds(cloud: str) -> dict[str, Counter[str]]:
    """How many resources of each kind are in each layer, from a golden list."""
    found: dict[str, Counter[str]] = {layer: Counter() for layer in LAYERS}
    for resource in json.loads((FOLDER / f"{cloud}.json").read_text(encoding="utf-8")):
        layer, type = layer_of(resource["urn"]), resource["type"]
        if layer is not None and not type.startswith("lepton:"):
            found[layer][kind_of(type)] += 1
    return found


def kind_of(type: str) -> str:
    """A type as people call it: ``aws:ec2/vpc:Vpc`` is ``ec2 Vpc``."""
    _, module, name = type.split(":")
    return f"{module.partition('/')[0].partition('.')[0]} {name}"


def rendered() -> str:
    """The page."""
    names = clouds.names()
    counted = {cloud: kinds(cloud) for cloud in names}
    lines = [_HEAD, "| layer | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for layer in LAYERS:
        lines.append(
            f"| [{layer}](#{layer.lower()}) | " + " | ".join(str(counted[one][layer].total()) for one in names) + " |"
        )
    totals = [str(sum(layer.total() for layer in counted[cloud].values())) for cloud in names]
    lines.append("| all | " + " | ".join(totals) + " |")
    for layer in LAYERS:
        lines += ["", f"## {layer}", "", _MEANING[layer], ""]
        lines += ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
        lines.append("| " + " | ".join(_cell(counted[cloud][layer]) for cloud in names) + " |")
    return "\n".join(lines) + "\n"


def _cell(found: Counter[str]) -> str:
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return "<br>".join(f"{count} {kind}" for kind, count in ordered) or "nothing: it is there already"


def main() -> None:
    """Renew the golden lists and the page."""
    for cloud in clouds.names():
        goldens.write(FOLDER / f"{cloud}.json", declare(region(cloud)))
    PAGE.write_text(rendered(), encoding="utf-8")


if __name__ == "__main__":
    main()
