"""HTTPS with services: Microsoft Graph, authorization servers, webhooks.

`client` sends the requests of one conversation (requests), `exchange` is what they are and what comes back, `adapter`
makes their connections, `throttling` waits where the server asks for it, `replies` takes answers apart, `failures`
holds the texts of what fails before there is an answer.
"""
