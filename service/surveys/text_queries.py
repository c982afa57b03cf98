"""What people wrote, what others made of it: themes with counts, words that may be shown."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.surveys.rules import LEAST

FEW_STUDENTS = LEAST["students"]


class TextRow(Struct, frozen=True):
    """One text, and how far it has come; `words` are what may be shown of it, once somebody said so."""

    id: UUID
    part: str
    text: str
    quotable: bool
    words: str | None
    first_by: UUID | None
    first_name: str
    second_by: UUID | None
    themes: list[UUID]


class ThemeRow(Struct, frozen=True):
    """A theme, and how many texts speak of it."""

    id: UUID
    question: str
    name: str
    count: int

    @property
    def is_few(self) -> bool:
        """Whether so few speak of it that of students no number is said."""
        return self.count < FEW_STUDENTS

    def shown(self, *, young: bool) -> str:
        """How many people that is, in words."""
        if young and self.is_few:
            return f"fewer than {FEW_STUDENTS} students"
        return f"{self.count} {'person' if self.count == 1 else 'people'}"


class QuoteRow(Struct, frozen=True):
    """Words that may be shown, with the question that they answer."""

    part: str
    words: str


async def texts(conn: Connection, survey_id: UUID, part: str) -> list[TextRow]:
    """All texts of a question, in the order of their random ids."""
    return await db.many(
        conn,
        TextRow,
        """select a.id, a.part, a.body ->> a.part as text, coalesce((a.body ->> 'quotable')::boolean, false) as quotable,
                  r.words, r.first_by, coalesce(p.name, '') as first_name, r.second_by,
                  coalesce((select array_agg(t.theme_id order by t.theme_id) from answer_theme t where t.answer_id = a.id),
                           '{}'::uuid[]) as themes
             from answer a left join answer_review r on r.answer_id = a.id left join person p on p.id = r.first_by
            where a.survey_id = $1 and a.part = $2 order by a.id""",
        survey_id,
        part,
    )


async def themes(conn: Connection, survey_id: UUID) -> list[ThemeRow]:
    """Those of a survey, the most frequent first."""
    return await db.many(
        conn,
        ThemeRow,
        """select t.id, t.question, t.name,
                  coalesce(t.kept, (select count(*) from answer_theme a where a.theme_id = t.id)) as count
             from survey_theme t where t.survey_id = $1 order by 4 desc, t.name""",
        survey_id,
    )


async def quotes(conn: Connection, survey_id: UUID, *, two_people: bool, asked: bool) -> list[QuoteRow]:
    """What may be shown: with its writer's yes, where that was asked or they are adults; of students with two people's."""
    return await db.many(
        conn,
        QuoteRow,
        """select a.part, r.words from answer a join answer_review r on r.answer_id = a.id
            where a.survey_id = $1 and r.words <> ''
              and (r.second_by is not null or not $2)
              and (coalesce((a.body ->> 'quotable')::boolean, false) or ($2 and not $3))
            order by a.part, a.id""",
        survey_id,
        two_people,
        asked,
    )


async def text_of(conn: Connection, survey_id: UUID, answer_id: UUID) -> TextRow:
    """One text; raises NotFound."""
    return await db.one(
        conn,
        TextRow,
        """select a.id, a.part, a.body ->> a.part as text, coalesce((a.body ->> 'quotable')::boolean, false) as quotable,
                  r.words, r.first_by, '' as first_name, r.second_by, '{}'::uuid[] as themes
             from answer a left join answer_review r on r.answer_id = a.id
            where a.survey_id = $1 and a.id = $2""",
        survey_id,
        answer_id,
    )


async def put_words(conn: Connection, answer_id: UUID, words: str, by: UUID) -> int:
    """What the first person would show; who looked a second time has to look again."""
    return await db.run(
        conn,
        """insert into answer_review (answer_id, words, first_by) values ($1, $2, $3)
           on conflict (answer_id) do update set words = excluded.words, first_by = excluded.first_by, second_by = null""",
        answer_id,
        words,
        by,
    )


async def agree(conn: Connection, answer_id: UUID, words: str, by: UUID) -> int:
    """The second person agrees to these very words; 0 where others stand there now, or nobody else looked."""
    return await db.run(
        conn,
        "update answer_review set second_by = $3 where answer_id = $1 and words = $2 and first_by <> $3",
        answer_id,
        words,
        by,
    )


async def put_theme(conn: Connection, theme_id: UUID, survey_id: UUID, question: str, name: str) -> int:
    """A theme; the same name twice is one."""
    return await db.run(
        conn,
        """insert into survey_theme (id, survey_id, question, name) values ($1, $2, $3, $4)
           on conflict (survey_id, question, name) do nothing""",
        theme_id,
        survey_id,
        question,
        name,
    )


async def remove_theme(conn: Connection, survey_id: UUID, theme_id: UUID) -> int:
    """With it goes which texts speak of it."""
    return await db.run(conn, "delete from survey_theme where survey_id = $1 and id = $2", survey_id, theme_id)


async def code(conn: Connection, survey_id: UUID, answer_id: UUID, theme_ids: Sequence[UUID]) -> None:
    """Say of which themes a text speaks, instead of what was said before; themes of other surveys are passed over."""
    await db.run(conn, "delete from answer_theme where answer_id = $1", answer_id)
    await db.run(
        conn,
        """insert into answer_theme (answer_id, theme_id)
           select $1, t.id from survey_theme t join answer a on a.id = $1 and a.part = t.question
            where t.survey_id = $2 and t.id = any($3::uuid[])""",
        answer_id,
        survey_id,
        theme_ids,
    )
