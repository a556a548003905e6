"""The plain loop: one coroutine a conversation over the stock OpenAI client, nothing stored.

python -m benchmarks.stock BASE_URL CONVERSATIONS MESSAGES
"""

from __future__ import annotations

import asyncio
import sys

from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam

from benchmarks.server import MODEL

OPENING = "The morning bell has rung. The cell doors of the east wing are open for the exercise hour."
PLACE = (
    "The east wing has twenty cells, a yard and one telephone. The rule book grants an hour in the yard each day and a "
    "call each week. Guards may shorten either for misconduct, and have to write down why."
)
ROLES = {
    "guard": "You are a guard in the east wing. You speak in the first person, two to four sentences at a time.",
    "prisoner": "You serve time in the east wing. You speak in the first person, two to four sentences at a time.",
}
TEMPERATURE = 0.8
MAX_TOKENS = 256


def history(speaker: str, said: list[str], number: int) -> list[ChatCompletionMessageParam]:
    """A conversation as its next speaker reads it: every second line is its own."""
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": f"{ROLES[speaker]}\n\n{PLACE}\n\nThis is conversation {number}."},
        {"role": "user", "content": OPENING},
    ]
    for distance, text in zip(range(len(said), 0, -1), said, strict=True):
        if distance % 2:
            messages.append({"role": "user", "content": text})
        else:
            messages.append({"role": "assistant", "content": text})
    return messages


async def conversation(client: AsyncOpenAI, number: int, messages: int) -> None:
    """Hold one."""
    speakers, said = list(ROLES), list[str]()
    for turn in range(messages):
        completion = await client.chat.completions.create(
            model=MODEL,
            messages=history(speakers[turn % len(speakers)], said, number),
            temperature=TEMPERATURE,
            max_tokens=MAX_TOKENS,
            seed=number,
        )
        said.append(completion.choices[0].message.content or "")


async def main(base_url: str, conversations: int, messages: int) -> None:
    """Hold all of them at once."""
    async with AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0) as client:
        await asyncio.gather(*(conversation(client, number, messages) for number in range(conversations)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
