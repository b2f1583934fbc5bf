"""A ``pulumi`` command line, read just as far as attaching the clouds needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_GLOBAL_FLAGS_WITH_VALUE = frozenset(
    {"-C", "--cwd", "--color", "--memprofilerate", "--otel-traces", "--profiling", "--tracing", "-v", "--verbose"}
)
_ALIASES = {"update": "up", "pre": "preview", "down": "destroy", "dn": "destroy"}
STACK = ("-s", "--stack")
FOLDER = ("-C", "--cwd")
CONFIG_FILE = ("--config-file",)
POLICY_PACK = ("--policy-pack",)


@dataclass(frozen=True, kw_only=True)
class CommandLine:
    """``words`` are what follows ``pulumi``, as typed."""

    words: tuple[str, ...]

    def command(self) -> str:
        """``up``, or for groups with what follows: ``stack init``. Aliases are resolved; empty if there is none."""
        names = [_ALIASES.get(word, word) for _, word in self._plain()]
        return " ".join(names[:2]) if names[:1] in (["stack"], ["config"]) else "".join(names[:1])

    def value(self, flags: Sequence[str]) -> str | None:
        """The value of a flag, in any of its forms: ``-s x``, ``-sx``, ``-s=x``, ``--stack x``, ``--stack=x``."""
        for index, word in enumerate(self._before_separator()):
            for flag in flags:
                if word == flag:
                    return self.words[index + 1] if index + 1 < len(self.words) else None
                if word.startswith(f"{flag}="):
                    return word.removeprefix(f"{flag}=")
                if not flag.startswith("--") and word.startswith(flag):
                    return word.removeprefix(flag)
        return None

    def adding(self, *flags: str) -> CommandLine:
        """The same with more flags, behind the command's name."""
        last = [index for index, _ in self._plain()][len(self.command().split()) - 1]
        return CommandLine(words=(*self.words[: last + 1], *flags, *self.words[last + 1 :]))

    def without(self, flag: str) -> CommandLine:
        """The same without a long flag and its value."""
        words: list[str] = []
        skip = False
        for word in self.words:
            if not skip and word != flag and not word.startswith(f"{flag}="):
                words.append(word)
            skip = word == flag
        return CommandLine(words=tuple(words))

    def _before_separator(self) -> tuple[str, ...]:
        return self.words[: self.words.index("--")] if "--" in self.words else self.words

    def _plain(self) -> Iterator[tuple[int, str]]:
        """The words that are neither flags nor values of the global flags, with their places."""
        value_follows = False
        for index, word in enumerate(self._before_separator()):
            if not value_follows and not word.startswith("-"):
                yield index, word
            value_follows = word in _GLOBAL_FLAGS_WITH_VALUE
