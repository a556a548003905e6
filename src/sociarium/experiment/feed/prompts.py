"""What people of a feed are told to do in each step, where the file gives no words of its own.

Placeholders are rendered as in sections. What stands around these words (who the person is, what they remember, the
posts themselves) is laid out by the environment and cannot be left out.
"""

from __future__ import annotations

from sociarium.experiment.feed.run_content import PromptsContent

READ = """\
You are scrolling through your feed. For each post above say how likely you are to react to it, as a whole percent \
from 0 to 100 for each kind of reaction on its own: like, reply, repost (share it as it is), quote (share it with \
words of your own). Most people pass over most posts, so most of these numbers are small. Say too how the post makes \
you feel (positive, neutral or negative), and why, in a few words."""

PLAN = """\
You have looked through your feed. Decide whom of those you met there to follow or to unfollow, if anybody. Make a \
short plan for the next days: what you want to say, to whom, and to what end. Then note your state of mind: what you \
believe, feel and want now, and what of it has changed."""

WRITE = """\
Write what you answer. Write as people write on such networks: short, in your own voice, and nothing but the text of \
your post."""

POST = """\
Write a post of your own, about whatever is on your mind. Write as people write on such networks: short, in your own \
voice, and nothing but the text of your post."""

REFLECT = """\
Look back over what you did and read. Write down what you want to remember of it: what happened, who matters to you, \
what you have come to think. What you do not write down will fade."""

PERSONA = """\
You invent people for a simulated social network. They are fictional, differ from one another, and could exist: each \
has a life, habits, opinions and a way of writing of their own. Do not use real people's names."""

DEFAULTS = PromptsContent(read=READ, plan=PLAN, write=WRITE, post=POST, reflect=REFLECT)
"""The instructions of each step."""
