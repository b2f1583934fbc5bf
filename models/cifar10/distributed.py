"""Data-parallel training with ``tf.distribute``: several devices of one machine, or several machines. TensorFlow only.

Every replica computes its part of the same batches that one device would compute, and all gradients are added up, so a
run does the same on any number of replicas, but for rounding. Batch normalisation takes its statistics over them all.

The loop is our own because Keras's ``fit`` cannot do it with several workers (keras-team/keras issue 20585).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from models.cifar10 import inference
from models.cifar10.batches import Batch, Batches, one_hot
from models.cifar10.config import Config, ConfigInvalid
from models.cifar10.strategy import Course


def mirrored(devices: Sequence[str] | None = None) -> Spread:
    """All GPUs of this machine, or the given devices.

    Raises:
        ConfigInvalid: if Keras runs on another backend than TensorFlow.
    """
    _need_tensorflow()
    return Spread(tf.distribute.MirroredStrategy(devices))


def workers() -> Spread:
    """The processes that ``TF_CONFIG`` names, this one among them. They wait for each other; the first one leads.

    All must see the same ``workdir``, from which each reads the checkpoint.

    Raises:
        ConfigInvalid: if ``TF_CONFIG`` does not say who they are, or Keras runs on another backend than TensorFlow.
    """
    _need_tensorflow()
    if problem := _unnamed(os.environ.get("TF_CONFIG")):
        raise ConfigInvalid(
            f"TF_CONFIG does not name the workers and which of them this is ({problem}); it must be like "
            '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'
        )
    return Spread(tf.distribute.MultiWorkerMirroredStrategy())


def _need_tensorflow() -> None:
    if (backend := keras.backend.backend()) != "tensorflow":
        raise ConfigInvalid(
            f"KERAS_BACKEND is {backend}; a run is spread under tensorflow only. Set it to tensorflow, or train "
            "without --spread"
        )


def _unnamed(said: str | None) -> str | None:
    """What ``TF_CONFIG`` lacks, if it lacks something."""
    try:
        content = json.loads(said or "")
        jobs, kind, index = content["cluster"], content["task"]["type"], content["task"]["index"]
        workers = jobs["worker"]
    except (KeyError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}" if said else "it is not set"
    if set(jobs) != {"worker"}:
        return f"cluster has {', '.join(sorted(jobs))}; it must have worker alone, the first of which leads"
    if not isinstance(workers, list) or not workers or not all(isinstance(each, str) for each in workers):
        return f"cluster.worker is {json.dumps(workers)}; it must be a list of host:port"
    if kind != "worker":
        return f"task.type is {json.dumps(kind)}; it must be worker"
    if type(index) is not int or not 0 <= index < len(workers):
        return f"task.index is {json.dumps(index)}; it must be from 0 to {len(workers) - 1}"
    return None


class Spread:
    """A place (``place.Place``) of several replicas."""

    def __init__(self, strategy: tf.distribute.Strategy) -> None:
        self._strategy = strategy

    @property
    def leads(self) -> bool:
        return bool(self._strategy.extended.should_save_summary)

    def make(self, prepared: Callable[[], keras.Model]) -> keras.Model:
        """The network, mirrored on every replica."""
        with self._strategy.scope():
            network = prepared()
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = True
        return network

    def fit(
        self, network: keras.Model, course: Course, callbacks: Sequence[keras.callbacks.Callback], *, bar: bool
    ) -> None:
        """Train, with a progress bar if ``bar``.

        Raises:
            ConfigInvalid: if a batch cannot be divided among the replicas, or the step of several is to be compiled.
        """
        per_epoch = course.batches.per_epoch
        batches = iter(self._feed(course.batches, course.first_epoch * per_epoch))
        step = self._step(network, course.batches.config)
        measure = _Measure(network, course)
        told = keras.callbacks.CallbackList(
            list(callbacks), add_progbar=bar, model=network, verbose=int(bar), epochs=course.epochs, steps=per_epoch
        )
        told.on_train_begin()
        for epoch in range(course.first_epoch, course.epochs):
            told.on_epoch_begin(epoch)
            totals = np.zeros(2)
            for number in range(per_epoch):
                told.on_train_batch_begin(number)
                totals += [float(value) for value in step(next(batches))]
                loss, accuracy = totals / (number + 1)
                told.on_train_batch_end(number, {"loss": loss, "accuracy": accuracy})
            told.on_epoch_end(epoch, {"accuracy": accuracy, "loss": loss, **measure()})
        network.optimizer.finalize_variable_values(network.trainable_variables)
        told.on_train_end()

    def finish(self) -> None:
        """Wait until all replicas are here, by adding up something."""

        def replica() -> tf.Tensor:
            return tf.constant(1.0)

        def all_of_them() -> tf.Tensor:
            return self._summed(self._strategy.run(replica))

        tf.function(all_of_them)()

    def _feed(self, batches: Batches, first: int) -> Any:
        """The batches from number ``first`` on, in equal parts: each worker makes the parts of its own replicas."""
        replicas = self._strategy.num_replicas_in_sync
        size, rest = divmod(batches.config.batch_size, replicas)
        if rest:
            raise ConfigInvalid(
                f"{batches.config.name}: batch_size is {batches.config.batch_size}; it must be a multiple of the "
                f"{replicas} replicas"
            )

        def parts(context: tf.distribute.InputContext) -> tf.data.Dataset:
            own = replicas // context.num_input_pipelines
            begin = context.input_pipeline_id * own

            def stream() -> Iterator[Batch]:
                for images, labels in batches.beginning(first):
                    for part in range(begin, begin + own):
                        yield images[part * size : (part + 1) * size], labels[part * size : (part + 1) * size]

            images, labels = batches.batch(first)
            signature = (
                tf.TensorSpec((size, *images.shape[1:]), images.dtype),
                tf.TensorSpec((size, *labels.shape[1:]), labels.dtype),
            )
            return tf.data.Dataset.from_generator(stream, output_signature=signature).prefetch(2 * own)

        return self._strategy.distribute_datasets_from_function(parts)

    def _step(self, network: keras.Model, config: Config) -> Callable[[Any], tuple[Any, Any]]:
        """One step of all replicas as a graph: mean loss and accuracy over the whole batch."""
        size, replicas = config.batch_size, self._strategy.num_replicas_in_sync
        if config.compiled and replicas > 1:
            # XLA compiles for one device, which then may not read the variables of another (TensorFlow's "Known issues"
            # of XLA), and a replica's step adds up with those of the others in its middle.
            raise ConfigInvalid(
                f"{config.name}: compiled is True; the step of {replicas} replicas cannot be compiled. Set compiled to "
                "False in the experiment, or train on one device"
            )
        summed = keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=config.label_smoothing, reduction="sum"
        )

        def replica(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            with tf.GradientTape() as tape:
                logits = network(images, training=True)
                loss = summed(labels, logits) / size
            gradients = tape.gradient(loss, network.trainable_variables)
            network.optimizer.apply(gradients, network.trainable_variables)
            right = tf.argmax(logits, axis=1) == tf.argmax(labels, axis=1)
            return loss, tf.reduce_sum(tf.cast(right, tf.float32)) / size

        def step(batch: Any) -> tuple[Any, Any]:
            loss, right = self._strategy.run(replica, args=batch)
            return self._summed(loss), self._summed(right)

        graph: Callable[[Any], tuple[Any, Any]] = tf.function(step, jit_compile=config.compiled)
        return graph

    def _summed(self, value: Any) -> Any:
        return self._strategy.reduce(tf.distribute.ReduceOp.SUM, value, axis=None)


class _Measure:
    """Loss and accuracy of the averaged weights, in a network of this process alone."""

    def __init__(self, network: keras.Model, course: Course) -> None:
        from models.cifar10.model import build

        self._network, self._measured = network, course.measured
        self._local = build(course.batches.config)
        self._local.compile(loss=network.loss, metrics=["accuracy"], jit_compile=False)

    def __call__(self) -> dict[str, float]:
        self._local.set_weights(self._network.get_weights())
        optimizer = self._network.optimizer
        if optimizer.use_ema:
            for variable, average in zip(
                self._local.trainable_variables, optimizer._model_variables_moving_average, strict=True
            ):
                variable.assign(keras.ops.convert_to_numpy(average))
        seen = self._local.evaluate(
            self._measured.images,
            one_hot(self._measured.labels),
            batch_size=min(inference.BATCH_SIZE, len(self._measured)),
            verbose=0,
            return_dict=True,
        )
        return {f"val_{name}": value for name, value in seen.items()}
