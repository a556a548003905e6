"""Questions on a terminal: the one place where the guided program asks.

`prompts.Prompts` puts every question; nothing else in the program reads keys. The contract of all of them:

- **Answers.** A question gives its answer, or `BACK` when it was left with Esc. Ctrl-C and Ctrl-D raise `Leave`,
  whatever is asked. Nothing is stored here, and nothing else ends a question.
- **Keys that are typed early** wait for the next question, as they do in a shell, an Enter among them; only what cannot
  be undone (`Prompts.dropping_typed_keys`) is answered by keys that come once it is shown.
- **Proposals.** Of a line, typing replaces what is proposed; right, left, Home and End keep it to be edited; Enter
  takes it. After a proposal was cleared, right brings it back. A long text is edited as it stands, so that no key
  takes it away.
- **Checks.** A `Check` gives the reason why an answer will not do, empty when it will. It is asked at Enter and, after
  a reason was shown, with each key; the reason stands below the answer (`! ...`), and what was typed stays.
- **Completion.** Tab asks the caller's `Complete` (`completion`) for what may stand before the cursor.
- **Lists.** Typing searches the whole text and the note of each entry, in any script: every word typed has to be there,
  in any order, whatever their case and accents (`matching`). Where nothing matches, this is said and Enter takes
  nothing. An entry is one line, cut with an ellipsis; one that is unavailable says why and cannot be chosen. A list
  that is longer than the screen scrolls and says where it is (`12–31 of 480`).
- **Screens.** A blank line, the step if the caller gives one (`Prompts.at`), the question, its hint in one dim line
  (all of it behind `?` or F1 when it is longer), the keys below. Colours are never the only sign; NO_COLOR is obeyed.
  It works from 20 columns on, is drawn anew when the terminal changes its size, and writes ASCII where the terminal's
  encoding has no other signs. What is shown is sanitized; what is answered has no controls and no surrogates.
"""
