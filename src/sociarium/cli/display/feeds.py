"""A feed and a population on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from sociarium.cli.display.columns import ListColumn, print_columns
from sociarium.cli.display.output import number, print_with_indent, role_styles, words
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.feed_people import answer_text
from sociarium.exchange.sanitize import one_line
from sociarium.exchange.threads import ThreadPost, counts_text, outside_act_lines, threads

_STEP = 3
_DEEPEST = 6
"""Answers that are deeper stand no further to the right."""
_MOST_PEOPLE = 40


def show_people(screen: Console, document: dict[str, Any]) -> None:
    """Who is there, the best known first."""
    people, posts = document["people"], document["posts"]
    listed = document["exposures"]
    exposures = listed if isinstance(listed, int) else sum(one["post"] is not None for one in listed)
    written = sum(person["generated"] for person in people)
    ruled = sum(person["rule"] is not None for person in people)
    wrote = f"{number(written)} written by a model" + (f", {number(ruled)} act by a rule" if ruled else "")
    screen.print(
        " · ".join(
            [
                f"{count_text(len(people), 'person', 'people')} ({wrote})",
                count_text(document["days"], "day"),
                count_text(len(posts), "post"),
                count_text(len(document["reactions"]), "reaction"),
                count_text(exposures, "exposure"),
            ]
        ),
        style="dim",
    )
    _show_notes(screen, document)
    styles = role_styles([person["role"] for person in people])
    names = {person["handle"]: person["name"] for person in people}
    by_followers = sorted(people, key=lambda person: -(person["followers"] + person["followers_count"]))
    for person in by_followers[:_MOST_PEOPLE]:
        line = words(f"  {account_text(person['handle'], names)}", styles[person["role"]])
        followers = person["followers"] + person["followers_count"]
        line.append_text(words(f"  {one_line(person['role'], most=20)} · {number(followers)} "
                               f"{one_or_many(followers, 'follower')} · follows "
                               f"{person['following']}", "dim"))  # fmt: skip
        if person["rule"]:
            line.append(" · by rule", style="dim")
        if person["joined"]:
            line.append(f" · since day {person['joined']}", style="dim")
        screen.print(line)
        label = "state of mind" if person["state"] else "bio"
        if note := person["state"] or person["bio"]:
            line = words(f"{label}: ", "dim").append_text(words(one_line(note, most=200), "italic dim"))
            print_with_indent(screen, line, 4)
    if len(by_followers) > _MOST_PEOPLE:
        screen.print(f"  and {number(len(by_followers) - _MOST_PEOPLE)} more", style="dim")


def _show_notes(screen: Console, document: Mapping[str, Any]) -> None:
    """What changed on a day, and what did not come out as it was asked for."""
    if document["step_models"]:
        steps = " · ".join(f"{step}: {model}" for step, model in sorted(document["step_models"].items()))
        screen.print(words(f"steps with a model of their own: {one_line(steps, most=300)}", "dim"))
    if document.get("policy_label"):
        screen.print(words(f"Above a labelled post stands: {one_line(document['policy_label'], most=600)}", "dim"))
    for change in document["schedule"]:
        settings = ", ".join(f"{name} {value}" for name, value in change["set"].items())
        screen.print(words(f"From day {change['day']}: {one_line(settings, most=300)}", "dim"))
    if document["skipped"]:
        first = document["skipped"][0]
        screen.print(
            words(f"{count_text(len(document['skipped']), 'step was', 'steps were')} "
                f"skipped, the first: {first['step']} of @{first['person']} on "
                  f"day {first['day']} ({first['why']})", "yellow")
        )  # fmt: skip
    if document["repaired"]:
        values = sum(one["values"] for one in document["repaired"])
        screen.print(
            words(f"{count_text(values, 'value')} in {count_text(len(document['repaired']), 'step')} had to be "
                  "repaired (probabilities that were no whole percent, too many handles, form of the JSON)", "yellow")
        )  # fmt: skip


def show_threads(screen: Console, document: dict[str, Any]) -> None:
    """Everything that was posted, thread by thread, and what people were asked in private."""
    styles = role_styles([person["role"] for person in document["people"]])
    names = {person["handle"]: person["name"] for person in document["people"]}
    day = None
    for placed in threads(document["posts"]):
        if placed.depth == 0:
            if placed.post["day"] != day:
                day = placed.post["day"]
                screen.print()
                screen.rule(f"Day {day}", style="dim")
            screen.print()
        show_post(screen, placed, styles, names, day=day)
    if acts := outside_act_lines(document):
        screen.print()
        screen.rule("Done from outside", style="dim")
        for line in acts:
            screen.print(words(one_line(line, most=500)))
    if document["probes"]:
        screen.print()
        screen.rule("Asked in private", style="dim")
        _show_answers(screen, document["probes"], names)


def _show_answers(screen: Console, probes: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> None:
    """A table for each private question: people by moment."""
    for probe in dict.fromkeys(one["name"] for one in probes):
        answers: dict[str, dict[str, Any]] = {}
        moments: dict[str, None] = {}
        for one in probes:
            if one["name"] == probe:
                moment = f"day {one['day']}" if one["at"] == "each_day" else str(one["at"])
                moments.setdefault(moment)
                answers.setdefault(one["agent"], {})[moment] = one["answer"]
        screen.print()
        screen.print(words(one_line(probe, most=60), "bold"))
        print_columns(
            screen,
            [
                ListColumn("who", [account_text(handle, names) for handle in answers], rank=0),
                *(_answers_at(moment, answers.values(), len(moments) - at) for at, moment in enumerate(moments)),
            ],
        )


def _answers_at(moment: str, answers: Iterable[Mapping[str, Any]], rank: int) -> ListColumn:
    """The answers at a moment; `–` where somebody was not asked, `invalid` where none fits. Late ones stay longest."""
    values = [_answer(one[moment]) if moment in one else "–" for one in answers]
    are_numbers = all(value in {"–", "invalid"} or value.lstrip("-").replace(".", "", 1).isdigit() for value in values)
    return ListColumn(moment, values, "number" if are_numbers else "text", rank)


def _answer(value: Any) -> str:
    return "invalid" if value is None else answer_text(value)


def account_text(handle: str, names: Mapping[str, str]) -> str:
    """A handle with the name beside it, where it has another one."""
    name = names.get(handle, "")
    written = f"@{one_line(handle, most=40)}"
    return written if name in {"", handle} else f"{written} {one_line(name, most=40)}"


def show_post(
    screen: Console,
    placed: ThreadPost,
    styles: Mapping[str, str],
    names: Mapping[str, str],
    *,
    day: int | None,
    is_current: bool = False,
) -> None:
    """A post where it stands in its thread.

    Args:
        styles: role -> how its people are written.
        names: handle -> name.
        day: of the thread; a post of another day says so.
        is_current: whether it is the one that was asked for.
    """
    post, indent = placed.post, _STEP * min(placed.depth, _DEEPEST)
    when = post["time"] if post["day"] == day else f"day {post['day']}, {post['time']}"
    style = styles.get(post["role"], "reverse")
    head = Text()
    if placed.depth:
        head.append("quoted by " if post["kind"] == "quote" else "↳ ", style="dim")
    head.append_text(words(f"@{one_line(post['author'], most=40)}", f"bold {style}"))
    if names.get(post["author"], post["author"]) != post["author"]:
        head.append_text(words(f" {one_line(names[post['author']], most=40)}", style))
    head.append(f"  {when} · {one_line(post['id'], most=40)}", style="dim")
    if is_current:
        head.append("  ◂ this one", style="bold")
    notes = [post["policy"], None if post["source"] == "person" else post["source"], *post["flags"]]
    if any(notes):
        head.append_text(words(f"  [{', '.join(note for note in notes if note)}]", "yellow"))
    print_with_indent(screen, head, indent)
    print_with_indent(screen, words(post["content"]), indent + 2)
    tail = counts_text(post)
    if placed.shared_by:
        tail += f" (shared by {one_line(', '.join('@' + handle for handle in placed.shared_by), most=160)})"
    if tail:
        print_with_indent(screen, words(tail, "dim"), indent + 2)


def show_population(screen: Console, document: dict[str, Any]) -> None:
    """The people that a model wrote for a replicate."""
    people = document["people"]
    screen.print(
        words(
            f"Population {document['population']}: "
            f"{count_text(len(people), 'person', 'people')}, {document['failed']} failed",
            "dim",
        )
    )
    for person in people:
        screen.print()
        quotas = ", ".join(f"{name} {value}" for name, value in person["quotas"].items())
        if person["handle"] is None:
            screen.print(words(f"{person['number']}. nobody: {', '.join(person['flags'])}  {quotas}", "yellow"))
            continue
        head = words(f"{person['number']}. @{person['handle']}", "bold")
        screen.print(head.append_text(words(f"  {one_line(person['name'], most=60)}  {quotas}", "dim")))
        persona = person["persona"]
        told_of = [
            person["bio"],
            persona if isinstance(persona, str) else json.dumps(persona, ensure_ascii=False),
            person["background"],
        ]
        for text in filter(None, told_of):
            print_with_indent(screen, words(text), 4)
