"""The outbox in SQLite.

A new mail is one row of the table `mail`, which is quick to write. Until its delivery is made, the view `arrival` shows
it as the delivery that it will be. `promote` gives every arrival its row in `delivery`, with a place in each index,
many at once: before anything claims or changes deliveries, and at the latest after 5000 arrivals.

outbox.py     the store itself, a transaction for each call
arrivals.py   new mails, and their promotion
contents.py   the text of mails, and the attachments and template texts that several of them share
queries.py    pages, counts, the newest of each activity
leases.py     which courier has which mail
results.py    results of attempts, as couriers report them
commands.py   what the user does to deliveries, and pruning
rows.py       deliveries, attempts and holds as rows, and back
"""
