"""A person of a feed, and a thread, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from sociarium.cli.display.columns import ListColumn, print_columns
from sociarium.cli.display.feeds import account_text, show_post
from sociarium.cli.display.output import number, print_with_indent, role_styles, words
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.feed_people import LifeDay, life_days, person_of, persona_parts
from sociarium.exchange.feed_reading import FeedReading
from sociarium.exchange.feed_sights import Sight
from sociarium.exchange.sanitize import one_line
from sociarium.exchange.threads import thread_of

_NONE = "–"
_BEGINNING = 100
_LISTS = {"replies": "replies to them", "following": "posts of those they follow", "recent": "recent posts of others"}


def show_person(screen: Console, read: FeedReading, handle: str) -> None:
    """Who somebody is, and day by day their state, what they saw, judged and did. Raises `NotFound`."""
    person = person_of(read, handle)
    handle, names = person["handle"], _names(read)
    style = role_styles(list(read.roles))[person["role"]]
    if screen.is_terminal:
        screen.print()
    screen.print(words(account_text(handle, names), f"bold {style}"))
    followers = person["followers"] + (person["followers_count"] or 0)
    facts = [
        person["role"],
        person["model"] or ("acts by a rule" if person["rule"] else "no model"),
        f"{number(followers)} {one_or_many(followers, 'follower')}",
        f"follows {person['following']}",
    ]
    facts += [f"since day {person['joined']}"] if person["joined"] else []
    facts.append("written by a model" if person["generated"] else "written in the file")
    screen.print(words(one_line(" · ".join(facts), most=500), "dim"))
    screen.print(words(f"run {read.run[:12]}", "dim"))
    past = "\n".join(read.past(handle))
    told = (*persona_parts(person["persona"]), ("knows", person["background"]), ("did before", past))
    for label, text in (("bio", person["bio"] or ""), *told):
        if text:
            print_with_indent(screen, _with_label(label or "persona", text), 2)
    posts = [post for post in read.feed.posts if post["author"] == handle]
    for day in life_days(read, handle):
        screen.print()
        screen.rule(f"Day {day.day}" if day.day else "Before the first day", style="dim")
        _show_day(screen, day)
        seen = [sight for sight in read.timelines.get(handle, ()) if sight.day == day.day]
        written = [post for post in posts if post["day"] == day.day]
        suggestions = _suggestions(read, handle, day.day)
        for time in sorted({*(sight.time for sight in seen), *(post["time"] for post in written), *suggestions}):
            for sight in seen:
                if sight.time == time:
                    _show_sight(screen, read, sight, names)
            if time in suggestions:
                line = words(f"{time}  ", "dim").append("was told of ")
                line.append_text(words(", ".join(account_text(other, names) for other in suggestions[time])))
                print_with_indent(screen, line, 2)
            for post in written:
                if post["time"] == time:
                    _show_writing(screen, read, post, names)


def _suggestions(read: FeedReading, handle: str, day: int) -> dict[str, list[str]]:
    """Time -> whom the network suggested to somebody on a day."""
    handles: dict[str, list[str]] = {}
    for one in read.feed.exposures:
        if (one["list"], one["person"], one["day"]) == ("suggested", handle, day):
            handles.setdefault(one["time"], []).append(one["other"])
    return handles


def _show_day(screen: Console, day: LifeDay) -> None:
    for label, text in (("state of mind", day.state), ("plan", day.plan), ("memory", day.memory), ("did", day.did)):
        if text:
            print_with_indent(screen, _with_label(label, text), 2)
    for name, value, reason in day.answers:
        print_with_indent(screen, _with_label(f"? {name}", f"{value}  {reason}".rstrip()), 2)


def _show_writing(screen: Console, read: FeedReading, post: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """What somebody wrote or shared."""
    verbs = {"post": "posted", "reply": "replied to", "quote": "quoted", "repost": "reposted"}
    parent = read.posts.get(post["parent"] or "")
    whom = f" {account_text(parent['author'], names)} · {parent['id']}" if parent else ""
    line = words(f"{post['time']}  ", "dim").append_text(words(f"{verbs[post['kind']]}{whom}", "bold"))
    line.append_text(words(f"  {post['id']}", "dim"))
    if post["source"] != "person":
        line.append_text(words(f"  [{post['source']}]", "yellow"))
    print_with_indent(screen, line, 2)
    if post["kind"] != "repost":
        print_with_indent(screen, words(post["content"]), 9)


def _show_sight(screen: Console, read: FeedReading, sight: Sight, names: Mapping[str, str]) -> None:
    """What somebody was shown, where it stood, and what they made of it."""
    post = read.posts[sight.post]
    line = words(f"{sight.time}  ", "dim").append("saw ")
    line.append_text(words(account_text(post["author"], names))).append_text(words(f"  {post['id']}", "dim"))
    place = [f"no. {sight.rank} of {_LISTS.get(sight.list, sight.list)}"]
    if sight.via and sight.via in read.posts:
        place.append(f"by a repost of {account_text(read.posts[sight.via]['author'], names)}")
    if sight.policy != "none":
        place.append(f"policy: {sight.policy}")
    print_with_indent(screen, line.append_text(words(f" · {' · '.join(place)}", "dim")), 2)
    print_with_indent(screen, words(one_line(post["content"], most=_BEGINNING), "italic"), 9)
    print_with_indent(screen, _judgement(sight), 9)


def _judgement(sight: Sight) -> Text:
    """The sentiment, and each reaction with its probability and the number that was drawn."""
    if sight.sentiment is None and not sight.by_rule:
        return words("no answer", "dim")
    line = words(sight.sentiment or "by rule", "bold")
    if sight.words:
        line.append_text(words(f" “{one_line(sight.words, most=300)}”"))
    for kind, probability in sight.probabilities.items():
        is_drawn = kind in sight.drawn
        draw = sight.draws.get(kind)
        sign = "" if draw is None else f"{'>' if is_drawn else '≤'}{draw:.2f}"  # no blank, so that it never folds
        line.append(" · ")
        line.append_text(words(f"{kind} {probability:.2f}{sign}", "bold" if is_drawn else "dim"))
    return line


def show_thread(screen: Console, read: FeedReading, post_id: str) -> None:
    """A thread, and below it who saw the post that was asked for and what they made of it. Raises `NotFound`."""
    current, placed = thread_of(read, post_id)
    names, styles = _names(read), role_styles(list(read.roles))
    if screen.is_terminal:
        screen.print()
    root = placed[0].post
    size = count_text(len(placed), "post")
    screen.print(words(f"Thread {root['id']} · day {root['day']} · {size} · run {read.run[:12]}", "bold"))
    sharers: dict[str, list[str]] = {
        post: [one["author"] for one in shares] for post, shares in read.sharers.items()
    }  # fmt: skip
    for one in placed:
        screen.print()
        shown = type(one)(one.post, one.depth, tuple(sharers.get(one.post["id"], ())))
        is_current = one.post["id"] == current["id"] and len(placed) > 1
        show_post(screen, shown, styles, names, day=root["day"], is_current=is_current)
    _show_readers(screen, read.readers.get(current["id"], ()), names)


def _show_readers(screen: Console, sights: Iterable[Sight], names: Mapping[str, str]) -> None:
    rows = list(sights)
    screen.print()
    if not rows:
        screen.print("Nobody was shown it.", style="dim")
        return
    screen.print(words("Who saw it · reactions by probability, drawn ones marked *", "bold"))
    kinds = list(dict.fromkeys(kind for sight in rows for kind in sight.probabilities))
    print_columns(
        screen,
        [
            ListColumn("who", [account_text(sight.person, names) for sight in rows], rank=0),
            ListColumn("day, time", [f"{sight.day}, {sight.time}" for sight in rows], "id", 2),
            ListColumn("no.", [str(sight.rank) for sight in rows], "number", 3),
            ListColumn("felt", ["by rule" if sight.by_rule else sight.sentiment or _NONE for sight in rows], "id", 0),
            *(ListColumn(kind, [_chance(sight, kind) for sight in rows], "number", 1) for kind in kinds),
            ListColumn("policy", ["" if sight.policy == "none" else sight.policy for sight in rows], rank=4),
            ListColumn("words", [sight.words for sight in rows], rank=5),
        ],
    )


def _chance(sight: Sight, kind: str) -> str:
    if kind not in sight.probabilities:
        return _NONE
    return f"{sight.probabilities[kind]:.2f}{'*' if kind in sight.drawn else ' '}"


def person_value(read: FeedReading, handle: str) -> dict[str, Any]:
    """A person as JSON: `person`, `days`, `suggested`, `seen`, `posts`, `reactions`, `follows`, `mutes`, `acts` put in
    from outside. Raises `NotFound`."""
    person = person_of(read, handle)
    handle = person["handle"]
    return {
        "run": read.run,
        "person": person,
        "past": read.past(handle),
        "days": [
            asdict(day) | {"answers": [{"probe": name, "answer": value, "words": reason}
                                       for name, value, reason in day.answers]}
            for day in life_days(read, handle)
        ],
        "suggested": [
            {name: one[name] for name in ("other", "day", "time", "rank")}
            for one in read.feed.exposures
            if (one["list"], one["person"]) == ("suggested", handle)
        ],
        "seen": [_sight_value(sight) for sight in read.timelines.get(handle, ())],
        "posts": [post for post in read.feed.posts if post["author"] == handle],
        "reactions": [one for one in read.feed.reactions if one["author"] == handle],
        "follows": [one for one in read.feed.follows if handle in {one["person"], one["other"]}],
        "acts": [one for one in read.feed.acts if handle in {one["author"], one["target"]}],
        "mutes": [one for one in read.feed.mutes if handle in {one["person"], one["other"]}],
    }  # fmt: skip


def thread_value(read: FeedReading, post_id: str) -> dict[str, Any]:
    """A thread as JSON: `post` that was asked for, `thread` in order with depths, `readers`. Raises `NotFound`."""
    current, placed = thread_of(read, post_id)
    posts = [
        {**read.posts[one.post["id"]], "depth": one.depth,
         "shared_by": [share["author"] for share in read.sharers.get(one.post["id"], ())]}
        for one in placed
    ]  # fmt: skip
    readers = [_sight_value(sight) for sight in read.readers.get(current["id"], ())]
    return {"run": read.run, "post": current["id"], "thread": posts, "readers": readers}


def _sight_value(sight: Sight) -> dict[str, Any]:
    return asdict(sight) | {"probabilities": dict(sight.probabilities), "draws": dict(sight.draws)}


def _names(read: FeedReading) -> dict[str, str]:
    return {handle: read.name_of(handle) for handle in read.people}


def _with_label(label: str, text: str) -> Text:
    return words(f"{one_line(label, most=60)}: ", "dim").append_text(words(text))
