"""The critic: how human a section sounds, learned from the training split.

It hears figures and turns of phrase (`musegen.critic_features`) and answers with a number: the
log odds that a person wrote the section. Composing prefers sections that it takes for human. It
learns from pieces of the training split and from the network's own songs, never from held-out
pieces, and steers only: what is reported of a model comes from judges that share nothing with it.

Several rounds (see `musegen.critic_training`) each add two voices: a linear one over turns of
phrase and figures, and a small neural one over figures. The critic's answer is their mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen import critic_features
from musegen.arrays import arrays_of, write_arrays
from musegen.song import Song

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

HIDDEN_UNITS = 24
TURN_SCALE = 8.0
"""Turns are square roots of small shares: so scaled, they weigh about as much as figures."""

SURE_ENOUGH = 0.64
"""A critic that tells passages with a smaller AUC is not listened to."""

LIMIT = 6.0
"""Figures farther from the usual than so many standard deviations count as if they were so far."""


@dataclass(frozen=True)
class Voice:
    """One round's linear and neural opinion; shapes as in `Critic`."""

    linear: NDArray[np.float32]
    linear_bias: float
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: float

    def logits(self, shown: NDArray[np.float64], figures_shown: NDArray[np.float64]) -> Any:
        """Log odds of *human*, (songs,)."""
        hidden = np.maximum(0, figures_shown @ self.hidden + self.hidden_bias)
        return (shown @ self.linear + self.linear_bias + hidden @ self.out + self.out_bias) / 2


@dataclass(frozen=True)
class Critic:
    """A genre's critic.

    ``mean`` and ``scale`` (F,) bring figures to a common measure; each voice has ``linear``
    (F + turns,), ``hidden`` (F, H), ``out`` (H,). ``auc`` is how well the last round told passages,
    cross-validated: 0.5 is guessing.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    voices: tuple[Voice, ...]
    auc: float = 0.5

    @property
    def trust(self) -> float:
        """How much it is worth listening to, from 0, not at all, to 1.

        One that hardly tells human passages from others has tastes rather than knowledge, and
        choosing by those leads away from what people write.
        """
        return min(1.0, 2 * self.auc - 1) if self.auc >= SURE_ENOUGH else 0.0

    def score(self, song: Song) -> float:
        """Log odds that a person wrote ``song``: a section in C major or A minor, from tick 0."""
        return float(self.scores([song])[0])

    def scores(self, songs: Sequence[Song]) -> NDArray[np.float64]:
        """As `score`, (songs,)."""
        return self.judge(heard(songs))

    def judge(self, ears: NDArray[np.float64]) -> NDArray[np.float64]:
        """As `scores`, of what `heard` returns."""
        size = len(self.mean)
        own = np.clip((ears[:, :size] - self.mean) / self.scale, -LIMIT, LIMIT)
        shown = np.concatenate([own, ears[:, size:] * TURN_SCALE], 1)
        return np.asarray(np.mean([voice.logits(shown, own) for voice in self.voices], 0))

    def write(self, path: Path) -> None:
        arrays: dict[str, Any] = {"mean": self.mean, "scale": self.scale}
        arrays["auc"] = np.float32(self.auc)
        for number, voice in enumerate(self.voices):
            for name in Voice.__dataclass_fields__:
                arrays[f"{number}/{name}"] = np.asarray(getattr(voice, name), np.float32)
        write_arrays(path, arrays)

    @classmethod
    def read(cls, path: Path) -> Critic:
        """What `write` wrote.

        Raises
        ------
        ModelError
            When the file is missing or damaged.
        """
        complaint = f"The critic in “{path}” cannot be read; get the file again or train it anew."
        with arrays_of(path, complaint) as arrays:
            count = len({name.partition("/")[0] for name in arrays if "/" in name})
            voices = tuple(_voice(arrays, i) for i in range(count))
            return cls(arrays["mean"], arrays["scale"], voices, float(arrays["auc"]))

    def joined(self, other: Critic) -> Critic:
        """A critic of both one's voices; the other must have been learned on the same measure."""
        return Critic(self.mean, self.scale, self.voices + other.voices)


def _voice(arrays: Arrays, number: int) -> Voice:
    own = {name: arrays[f"{number}/{name}"] for name in Voice.__dataclass_fields__}
    return Voice(
        linear=own["linear"],
        linear_bias=float(own["linear_bias"]),
        hidden=own["hidden"],
        hidden_bias=own["hidden_bias"],
        out=own["out"],
        out_bias=float(own["out_bias"]),
    )


def heard(songs: Sequence[Song]) -> NDArray[np.float64]:
    """What a critic hears of each song: figures, then turns; (songs, F + turns)."""
    return np.stack([critic_features.heard(song) for song in songs])


def measure_of(ears: NDArray[np.float64], figures_count: int) -> tuple[Any, Any]:
    """Mean and scale of the figures among ``ears``."""
    own = ears[:, :figures_count]
    return own.mean(0).astype(np.float32), np.maximum(own.std(0), 1e-3).astype(np.float32)


def learn(
    ears: NDArray[np.float64],
    is_human: NDArray[np.bool_],
    *,
    figures_count: int,
    seed: int,
    measure: tuple[Any, Any] | None = None,
    weights: NDArray[np.float64] | None = None,
) -> Critic:
    """A critic of one round.

    Parameters
    ----------
    ears
        What is `heard` of each song, (songs, F + turns).
    is_human
        Who made it.
    measure
        Of an earlier round's critic, so that the two may be `Critic.joined`.
    weights
        How much each song counts, (songs,).
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    mean, scale = measure or measure_of(ears, figures_count)
    own = np.clip((ears[:, :figures_count] - mean) / scale, -LIMIT, LIMIT)
    shown = np.concatenate([own, ears[:, figures_count:] * TURN_SCALE], 1)
    linear = LogisticRegression(C=0.01, max_iter=500).fit(shown, is_human, sample_weight=weights)
    neural = MLPClassifier(
        (HIDDEN_UNITS,), alpha=3.0, early_stopping=True, max_iter=200, random_state=seed
    ).fit(own, is_human, sample_weight=weights)
    voice = Voice(
        linear.coef_[0].astype(np.float32),
        float(linear.intercept_[0]),
        neural.coefs_[0].astype(np.float32),
        neural.intercepts_[0].astype(np.float32),
        neural.coefs_[1][:, 0].astype(np.float32),
        float(neural.intercepts_[1][0]),
    )
    return Critic(mean, scale, (voice,))
