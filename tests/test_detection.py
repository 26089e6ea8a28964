"""d′ and c against textbook values, an independent normal distribution, and what was put in."""

from __future__ import annotations

import math
from itertools import product
from statistics import NormalDist

import numpy as np
import pytest

from musegen.studies.statistics import detection, frames
from musegen.studies.statistics.detection import detect, detect_pairs, detections
from musegen.studies.statistics.estimates import Method, Why
from musegen.studies.statistics.plans import Layout
from musegen.studies.statistics.simulate import Listeners
from tests.synthetic import counted, votes

z = NormalDist().inv_cdf
MANY = 10**9


def test_dprime_of_a_textbook_example() -> None:
    # Macmillan & Creelman 2005, ch. 1: H = 0.8 and F = 0.4 make d′ 1.095 and c −0.294
    counts = (0.8 * MANY, MANY, 0.4 * MANY, MANY)
    assert detection.dprime(*counts) == pytest.approx(1.095, abs=5e-4)
    assert detection.dprime(*counts) == pytest.approx(z(0.8) - z(0.4), abs=1e-6)
    assert detection.criterion(*counts) == pytest.approx(-0.294, abs=5e-4)
    assert detection.criterion(*counts) == pytest.approx(-(z(0.8) + z(0.4)) / 2, abs=1e-6)


def test_rates_have_the_log_linear_correction() -> None:
    hit, false_alarm = 20.5 / 21, 0.5 / 31
    assert detection.dprime(20, 20, 0, 30) == pytest.approx(z(hit) - z(false_alarm), abs=1e-9)
    assert detection.dprime(0, 0, 0, 0) == 0


def test_pairs_are_easier_by_the_root_of_two() -> None:
    assert detection.dprime_of_pairs(0.76) == pytest.approx(math.sqrt(2) * z(0.76), abs=1e-9)
    assert detection.dprime_of_pairs(0.5) == 0


def test_variance_is_that_of_many_samples() -> None:
    rng = np.random.default_rng(5)
    hits, false_alarms = rng.binomial(200, 0.8, 4000), rng.binomial(100, 0.3, 4000)
    found = [detection.dprime(h, 200, f, 100) for h, f in zip(hits, false_alarms, strict=True)]
    variance = detection.dprime_variance(160, 200, 30, 100)
    # the SE of a variance of 4000 normal values is 2.2 % of it; the approximation itself errs
    assert np.var(found) == pytest.approx(variance, rel=0.08)


def test_counts_are_those_of_the_machine_and_the_genre() -> None:
    mixed = votes(design=Layout(machines=("event", "folk v2")))
    found = detect(mixed, "folk v2", genre="fiddle")
    of_genre = mixed[mixed["genre"] == "fiddle"]
    made = of_genre[of_genre["condition"] == "folk v2"]
    human = of_genre[of_genre["condition"] == "human"]
    assert (found.signals, found.hits) == (len(made), (made["answer"] == "machine").sum())
    assert (found.noises, found.false_alarms) == (len(human), (human["answer"] == "machine").sum())
    assert found.dprime.method is Method.CROSSED
    cells = [(d.machine, d.genre) for d in detections(mixed)]
    assert cells == list(product(["event", "folk v2"], ["all", "chorale", "fiddle"]))


def test_practice_and_catch_trials_do_not_count() -> None:
    frame = votes(design=Layout(catches=4))
    assert frames.catches(frame)["participant"].value_counts().eq(4).all()
    found = detect(frame, "event")
    assert found.signals + found.noises == 800
    assert found == detect(frame[frame["kind"] == "clip"], "event")


@pytest.mark.parametrize(("d", "c"), [(0.0, 0.0), (0.6, -0.3), (2.0, 0.4)])
def test_what_is_put_in_comes_out(d: float, c: float) -> None:
    alike = Listeners({"event": d}, criterion=c)
    found = detect(votes(seed=11, listeners=alike, design=Layout(200, 40)), "event")
    assert found.dprime.covers(d)
    assert found.criterion.covers(c)
    assert found.dprime.high - found.dprime.low < 0.16
    # each person's 20 and 20 clips are corrected towards 0, by what can be reckoned
    hit, false_alarm = NormalDist().cdf(d / 2 - c), NormalDist().cdf(-d / 2 - c)
    mean = detection.expected_dprime(hit, false_alarm, signals=20, noises=20)
    assert found.mean_dprime.covers(mean)


def test_lapses_and_spreads_give_the_marginal_values() -> None:
    wide = Listeners({"event": 1.2}, 0.3, 0.1, dprime_sd=0.8, criterion_sd=0.5, piece_sd=0.6)
    found = detect(votes(seed=3, listeners=wide, design=Layout(600, 40, pieces=300)), "event")
    truth = wide.expected("event")
    assert truth.dprime < 0.9
    assert found.dprime.covers(truth.dprime)
    assert found.criterion.covers(truth.criterion)


def test_few_clips_a_person_draw_the_mean_towards_zero() -> None:
    phi = NormalDist().cdf
    few = detection.expected_dprime(phi(0.5), phi(-0.5), signals=5, noises=5)
    many = detection.expected_dprime(phi(0.5), phi(-0.5), signals=500, noises=500)
    rng = np.random.default_rng(1)
    drawn = rng.binomial(5, [phi(0.5), phi(-0.5)], (20000, 2))
    sampled = np.mean([detection.dprime(h, 5, f, 5) for h, f in drawn])
    assert few == pytest.approx(sampled, abs=0.02)
    assert few < 0.95 < many < 1.01


def test_pairs_give_the_dprime_that_was_put_in() -> None:
    design = Layout(200, 20, machines=("event", "article"), question="which-is-human")
    alike = Listeners({"event": 0.5, "article": 1.5})
    frame = votes(seed=4, listeners=alike, design=design)
    assert detect_pairs(frame, "event").dprime.covers(0.5)
    assert detect_pairs(frame, "article").dprime.covers(1.5)
    assert detect_pairs(frame, "event").total == 2000
    assert detect(frame, "event").dprime.why is Why.NO_VOTES
    wide = Listeners({"event": 1.0}, 0.3, 0.05, dprime_sd=0.6, criterion_sd=0.4, piece_sd=0.5)
    one = Layout(400, 20, pieces=200, question="which-is-human")
    share = wide.expected_of_pairs("event")
    found = detect_pairs(votes(seed=6, listeners=wide, design=one), "event")
    assert found.dprime.covers(detection.dprime_of_pairs(share))


def test_perfect_listeners_have_a_finite_dprime() -> None:
    found = detect(counted(("human", "human", 20), ("event", "machine", 20)), "event")
    assert found.dprime.value == pytest.approx(2 * z(20.5 / 21))
    assert 0 < found.dprime.low < found.dprime.value < found.dprime.high < 10
