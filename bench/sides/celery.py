"""Celery with a task that does nothing: `python -m celery -A bench.sides.celery worker …`."""

from celery import Celery  # type: ignore[import-untyped]

from bench.task import Tally, given_task

QUEUE = "idle"

task = given_task()
tally = Tally(task)
app = Celery("bench", broker=task.amqp)
app.conf.update(
    task_default_queue_type="quorum",
    task_default_queue=QUEUE,
    task_ignore_result=True,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


@app.task(name="do_nothing")  # type: ignore[untyped-decorator]
def do_nothing(text: str) -> None:
    """Nothing but being taken and acknowledged."""
    tally.begin()
    tally.add()


if __name__ == "__main__":
    do_nothing.delay(task.settings["text"])
    tally.finish()
