"""Delivery: couriers take due mails from the outbox and send them. This room is the one owner of a job's life.

Any number of couriers, in any number of processes, share one outbox. They agree by its rows alone: a mail belongs to
the courier that has the lease on it. `job_states` has the one table of what can happen to such a mail, and what is
written down then; `docs/architecture.md` draws it. `InFlight` makes every move, in the outbox first.

Who moves a job:

claimed              `CourierRun`, on the thread that runs the courier. It extends its leases every third of a lease,
                     puts each job into the queue of its SMTP, and takes back what couriers that are gone have left.
content begins       just before a byte of the content goes out: `LeaseGuard` for one mail, `DeliveryWorker` for a group
                     that goes together. A mail whose lease is lost by then does not go out.
result, backup       `DeliveryWorker`, with the outcome of an attempt. The holds of the SMTP are written first: else
takes over           somebody could claim at once what waits for it.
lease released       `DeliveryWorker` for a mail that was not begun; `CourierRun` for jobs that no queue takes, and for
                     all that is left when it stops. Never a mail whose data has started.
cancel, resend,      the user, through the outbox service; a mail that a courier has stays untouched.
send now

A courier that lost its lease while it ran, as the computer slept, finds out before the content goes out; if that is out
already, the result keeps its attempt and leaves the state to the courier that owns the mail.

courier.py           the courier and its run: claims, leases, queues, the end
routes.py            the SMTPs, and which of them a claimed mail goes through
server_queue.py      jobs and connections of one SMTP
worker.py            from a job to its written result
attempt.py           one attempt to send one mail, under the guard of its lease
outcome.py           what an attempt means for the mail, each recipient and the SMTP
in_flight.py         the mails that a run has leases on, each change of their state, and its summary
job_states.py        the table of states and events
holds.py             what attempts and probes make of holds, and the checks of held SMTPs
next_work.py         when a courier is needed next
ports.py             what this room, activities and the outbox need from outside
"""
