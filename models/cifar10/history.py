"""Plot of loss, accuracy and learning rate by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.whole_files import write_whole

TABLE = "history.csv"

History = Sequence[dict[str, float]]
"""One row for each epoch: ``epoch`` from 1, ``loss``, ``accuracy``, ``val_loss``, ``val_accuracy``, ``rate``,
``seconds``."""


def plot(path: Path, history: History, title: str) -> None:
    """Loss, accuracy and learning rate over the epochs, as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    epochs = [row["epoch"] for row in history]
    drawn = {
        "loss": {"training": "loss", "measured": "val_loss"},
        "accuracy": {"training": "accuracy", "measured": "val_accuracy"},
        "learning rate": {"at the end of the epoch": "rate"},
    }
    for axes, (name, lines) in zip(figure.subplots(1, len(drawn)), drawn.items(), strict=True):
        for label, key in lines.items():
            axes.plot(epochs, [row[key] for row in history], marker=".", label=label)
        axes.set(xlabel="epoch", title=name)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.suptitle(title)
    write_whole(path, lambda stream: figure.savefig(stream, format="png", dpi=110))
