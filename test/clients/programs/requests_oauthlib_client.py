"""Uses every grant with requests-oauthlib, and prints what it gets."""

import json
import os

from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient, OAuth2Error
from requests_oauthlib import OAuth2Session

issuer, username, password = os.environ["ISSUER"], os.environ["USERNAME"], os.environ["PASSWORD"]
client_id, client_secret = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]
token_url = f"{issuer}/token"


def show(value):
    print(json.dumps(value))


def show_error(call):
    try:
        call()
    except OAuth2Error as error:
        show({"name": type(error).__name__, "error": error.error, "description": error.description})


app = OAuth2Session(client=LegacyApplicationClient(client_id="latchkey"))
show(app.fetch_token(token_url, username=username, password=password))
show(app.get(f"{issuer}/users/me").json())

saved = []
app = OAuth2Session(
    "latchkey",
    token={**app.token, "expires_at": 1},
    auto_refresh_url=token_url,
    auto_refresh_kwargs={"client_id": "latchkey"},
    token_updater=saved.append,
)
show({"username": app.get(f"{issuer}/users/me").json()["username"], "refreshed": len(saved)})

app.post(f"{issuer}/revoke", data={"token": saved[0]["refresh_token"]}, withhold_token=True)
show({"status": app.get(f"{issuer}/users/me").status_code})
show_error(lambda: app.refresh_token(token_url))

app = OAuth2Session(client=LegacyApplicationClient(client_id="latchkey"))
show_error(lambda: app.fetch_token(token_url, username=username, password="not the password"))

service = OAuth2Session(client=BackendApplicationClient(client_id=client_id, scope=["orders:read", "orders:write"]))
show(service.fetch_token(token_url, client_secret=client_secret))
show_error(lambda: service.fetch_token(token_url, client_secret="not the secret"))

responses = []


def remember(response):
    responses.append(response.json())
    return response


app = OAuth2Session(client=LegacyApplicationClient(client_id="latchkey"))
app.register_compliance_hook("access_token_response", remember)
eve = {"username": "eve", "password": os.environ["EVE_PASSWORD"]}
first, second = os.environ["FIRST_OTP"], os.environ["SECOND_OTP"]
show_error(lambda: app.fetch_token(token_url, **eve))
mfa = {"grant_type": "urn:latchkey:grant-type:mfa", "mfa_token": responses[-1]["mfa_token"], "otp": first}
show(app.post(token_url, data=mfa, withhold_token=True).json())
show_error(lambda: app.fetch_token(token_url, **eve, otp=first))
show(app.fetch_token(token_url, **eve, otp=second))
