"""Migrations, on SQLite and PostgreSQL: what was voted under an older musegen stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from musegen.studies import database, schema
from musegen.studies.records import Condition, HeardBefore, Maker, Role, Sureness, Vote
from musegen.studies.store import Store
from musegen.studies.votes import read_votes

MADE = "2026-11-01 10:00:00.000000"
OLD_ROWS = f"""
    INSERT INTO stimuli (id, genre, truth, piece, title, length_s, details, created_at) VALUES
        ('h', 'chorale', 'human', 'bwv1.6', 'Wie schön', 24.5, '{{"seed": 7}}', '{MADE}'),
        ('m', 'chorale', 'machine', 'seed 8', '', 23.5, '{{"seed": 8}}', '{MADE}');
    INSERT INTO participants (id, token, consented_at)
        VALUES ('p', '{"t" * schema.TOKEN_LENGTH}', '{MADE}');
    INSERT INTO trials (participant_id, position, stimulus_id) VALUES ('p', 1, 'm'), ('p', 2, 'h');
    INSERT INTO votes (participant_id, position, answer, sureness, heard_before, listened_s,
        response_s, created_at)
        VALUES ('p', 1, 'human', 2, 'no', 12.5, 20.25, '{MADE}')
"""


@pytest.fixture
def old(url: str, open_store: Callable[..., Store]) -> Store:
    """What the first musegen left behind, and today's opens."""
    from alembic import command

    empty = open_store(url)
    with empty.database.transaction() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            table.drop(connection)
        connection.execute(sa.text("DELETE FROM alembic_version"))
        config, _ = database._alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in OLD_ROWS.split(";"):
            connection.exec_driver_sql(statement)
        sounds = sa.text("INSERT INTO sounds (stimulus_id, mp3) VALUES (:id, :mp3)")
        connection.execute(sounds, [{"id": id_, "mp3": b"\xff\xfb" + id_.encode()} for id_ in "hm"])
    empty.close()
    return open_store(url)


def test_votes_from_before_there_were_studies_are_there(old: Store) -> None:
    (row,) = read_votes(old).to_dict("records")
    assert (row["study"], row["participant"], row["position"]) == ("was-this-human", "p", 1)
    assert (row["genre"], row["truth"], row["condition"]) == ("chorale", "machine", "event")
    assert (row["answer"], row["sureness"], row["heard_before"]) == ("human", 2, "no")
    assert (row["listened_s"], row["response_s"], row["kind"]) == (12.5, 20.25, "clip")
    assert row["created_at"].isoformat() == "2026-11-01T10:00:00+00:00"


def test_the_participant_goes_on_where_they_were(old: Store) -> None:
    participant = old.people.find("t" * schema.TOKEN_LENGTH)
    assert participant is not None
    assert participant.study == "was-this-human"
    assert [t.is_answered for t in old.ballots.trials("p")] == [True, False]
    given = Vote(Maker.HUMAN, Sureness.CERTAIN, HeardBefore.NO, 9.0)
    assert old.ballots.add_vote("p", 2, given)
    assert not old.ballots.add_vote("p", 1, given)
    assert [verdict.is_right for verdict in old.ballots.verdicts("p")] == [False, True]


def test_the_clips_and_their_sound_are_there(old: Store) -> None:
    clips = {clip.id: clip for clip in old.clips.all("was-this-human")}
    assert {id_: clip.condition for id_, clip in clips.items()} == {
        "h": Condition.HUMAN,
        "m": Condition.EVENT,
    }
    assert clips["h"].title == "Wie schön"
    assert clips["h"].details == {"seed": 7}
    assert {clip.role for clip in clips.values()} == {Role.CLIP}
    assert old.clips.sound("m") == b"\xff\xfbm"


def test_there_is_one_study_with_that_music(old: Store) -> None:
    (study,) = old.studies.all()
    assert study == old.studies.standing()
    assert study.design.genres == ("chorale",)
    assert study.design.conditions == ("human", "event")


@pytest.fixture
def odd_names(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = OLD_ROWS.replace("'h', 'chorale'", "'h', '1812'").replace("'chorale'", "'no'")
    monkeypatch.setitem(globals(), "OLD_ROWS", rows)


def test_names_that_yaml_would_misread_stay_names(odd_names: None, old: Store) -> None:
    assert odd_names is None
    (study,) = old.studies.all()
    assert study.design.genres == ("1812", "no")


def test_migrations_make_what_the_code_expects(old: Store, store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    for one in (old, store):
        with one.database.reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, schema.metadata) == []
            names = set(sa.inspect(connection).get_table_names())
        assert names == {*schema.metadata.tables, "alembic_version"}
