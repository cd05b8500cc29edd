"""Delivery: couriers take due mails from the outbox and send them. This room is the one owner of a job's life.

Any number of couriers, in any number of processes, share one outbox. They agree by its rows alone: a mail belongs to
the courier that has the lease on it.

     added to the outbox, or sent again
                 │
                 ▼                        release_lease
          ┌─ WAITING ◄──────────────────────────────────────────────────────┐
          │      │  claim                                                   │
          │      ▼                                                          │
          │  SENDING, leased ──► in the ServerQueue ──► with a worker ──────┤
          │      │  ▲                                                       │
          │      │  │ unmark_data_started: the server took nothing,         │
          │      │  │ note: on to the backup SMTP                           │
          │      ▼  │                                                       │
          │  SENDING, data started                                          │
          │      │                                                          │
          │      ├── finish ──► SENT or REFUSED (for good)                  │
          │      ├── finish ──► WAITING with a later next try ──────────────┘
          │      ├── finish ──► UNKNOWN: the answer was lost
          │      └── reclaim_expired, when the lease has run out ──► UNKNOWN
          │
          └── cancel (by the user) ──► CANCELLED

A mail can also be finished before its data starts, as when the server refuses its recipient. An UNKNOWN mail of a
Generic SMTP has a next try, is claimed as a WAITING one is, and marked `may_be_twice`; one of a mailbox stays UNKNOWN
until the user decides.

Who moves a job:

claim, extend        `CourierRun`, on the thread that runs the courier. It extends its leases every third of a lease.
ServerQueue          `CourierRun` puts a job there after its claim, a `DeliveryWorker` after the first SMTP failed (for
                     the backup). The workers of the queue, one thread for each connection, take it out.
mark_data_started    just before a byte of the content goes out: `LeaseGuard` for one mail, `DeliveryWorker` for several
                     that go together. A mail whose lease is lost by then does not go out.
finish, note         `DeliveryWorker`, with the result of an attempt.
release_lease        `DeliveryWorker` for a mail that was not begun; `CourierRun` for jobs that no queue takes, and for
                     all that is left when it stops. It never releases a mail whose data has started.
reclaim_expired      every `CourierRun` before it claims, for the mails of couriers that are gone.
cancel, resend,      the user, through the outbox service; a mail that a courier has stays untouched.
send_now

What a crash, a kill or a power cut leaves behind:

WAITING              Nothing to do: it is claimed when it is due.
SENDING, leased      Nothing went out. When the lease has run out, it waits again, due as before. Whether it was queued
                     or with a worker does not matter: both are only in memory.
SENDING, data        It may have been sent. When the lease has run out, it becomes UNKNOWN and `may_be_twice`; for a
started              Generic SMTP it has a next try (RFC 5321 4.5.3.2.6), for a mailbox it is finished.
after note           The attempt is kept, and nothing of the next one went out: as "leased".
after finish         Nothing to do: result and end of lease were one transaction.

A courier that lost its lease while it ran, as the computer slept, finds out at mark_data_started; if the content is out
already, finish keeps its attempt and leaves the state to the courier that owns the mail.

courier.py           the courier and its run: claims, leases, queues, the end
server_queue.py      jobs and connections of one SMTP
worker.py            from a job to its written result
attempt.py           one attempt to send one mail, under the guard of its lease
attempt_result.py    what an attempt means for the mail and each recipient
in_flight.py         the mails that a run has leases on, and its summary
holds.py             SMTPs that nothing goes through for now, and their checks
next_work.py         when a courier is needed next
ports.py             what this room, activities and the outbox need from outside
"""
