"""What happens to a sweep, written to the log on its way to the display."""

from __future__ import annotations

from loguru import logger

from sociarium.cli.display.progress import ProgressDisplay
from sociarium.count_text import count_text
from sociarium.exchange.steering_text import log_text
from sociarium.ports.observer import (
    Learned,
    News,
    Pulling,
    RunCancelled,
    RunDone,
    RunFailed,
    RunReturned,
    RunStarted,
    Steered,
    Stopping,
    SweepStarted,
    Waiting,
    WorkerLost,
)
from sociarium.runner.sweep.save import StartedSweep


class LoggingObserver:
    """An observer that writes the turning points to the log, and hands everything on."""

    def __init__(self, display: ProgressDisplay, begun: StartedSweep, *, who: str) -> None:
        self._display = display
        self._begun = begun
        self._who = who

    def notice(self, news: News) -> None:
        match news:
            case SweepStarted():
                sweep = self._begun.sweep
                logger.info(
                    "{} plays the sweep {} ({}), begun by {}, of the experiment {} {!r}: {}, {} done, {} failed",
                    self._who, sweep.id, sweep.label, sweep.creator, news.experiment, news.title,
                    count_text(news.runs, "run"), news.done, news.failed,
                )  # fmt: skip
            case RunStarted():
                logger.info("run {} {}", news.run, "goes on" if news.resumed else "begins")
            case RunDone():
                logger.info("run {} ended: {}{}", news.run, news.ended, " (elsewhere)" if news.elsewhere else "")
            case RunFailed(elsewhere=True):
                logger.info("run {} failed elsewhere: {}", news.run, news.error)
            case Learned():
                logger.info("the model {} {}", news.model, news.what)
            case Waiting():
                logger.info("waiting for {}", news.what)
            case Pulling(done=True):
                logger.info("fetched {} into {}: {}", news.model, news.address, news.status)
            case Steered(order=order):
                logger.info("{} steers the sweep {}: {}", order.by, order.sweep, log_text(order))
            case RunCancelled():
                logger.info("run {} is cancelled{}", news.run, " (elsewhere)" if news.elsewhere else "")
            case RunReturned():
                logger.info("run {} waits for a word to go on", news.run)
            case WorkerLost():
                logger.warning("the process {} {}; the others take up its runs", news.pid, news.how)
            case Stopping():
                logger.info("stopping: {}", news.why)
        self._display.notice(news)
