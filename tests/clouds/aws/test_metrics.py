"""Without a metrics server the autoscaling that serving declares would never act."""

from __future__ import annotations

from lepton_infra import lock
from lepton_infra.clouds.aws.cluster.metrics import metrics_chart
from tests.kit.regions import ROOT

LOCK = lock.read(ROOT / lock.LOCK_FILE)


def test_it_survives_the_loss_of_a_node() -> None:
    values = metrics_chart().values
    assert values["replicas"] > values["podDisruptionBudget"]["minAvailable"] >= 1


def test_it_is_pinned() -> None:
    chart = metrics_chart()
    assert LOCK.charts[chart.pin].chart == chart.name
    assert {image.key for image in chart.images} <= set(LOCK.images)
