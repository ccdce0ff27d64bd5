"""Uses every grant and endpoint with Authlib, and prints what it gets."""

import json
import os

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

issuer, username, password = os.environ["ISSUER"], os.environ["USERNAME"], os.environ["PASSWORD"]
client_id, client_secret = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]


def show(value):
    print(json.dumps(value))


def show_error(call):
    try:
        call()
    except OAuthError as error:
        show({"error": error.error, "description": error.description})


metadata = AuthorizationServerMetadata(requests.get(get_well_known_url(issuer, external=True)).json())
try:
    metadata.validate()
except ValueError as error:
    show({"invalid": str(error)})
metadata.validate_issuer()
metadata.validate_token_endpoint()
endpoint = metadata["token_endpoint"]

app = OAuth2Session("latchkey", token_endpoint=endpoint)
show(app.fetch_token(endpoint, username=username, password=password))
first = app.token["access_token"]
app.token["expires_at"] = 1
user = app.get(f"{issuer}/users/me").json()
show({"username": user["username"], "wasRefreshed": app.token["access_token"] != first})

keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"]).json())
options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": issuer}}
claims = jwt.decode(app.token["access_token"], keys, claims_options=options)
claims.validate()
show(claims)

service = OAuth2Session(client_id, client_secret, scope="orders:read orders:write", token_endpoint=endpoint)
show(service.fetch_token(endpoint, grant_type="client_credentials"))
show(service.introspect_token(metadata["introspection_endpoint"], app.token["access_token"]).json())

app.revoke_token(metadata["revocation_endpoint"])
show(service.introspect_token(metadata["introspection_endpoint"], app.token["access_token"]).json())
show_error(lambda: app.refresh_token(endpoint))
show_error(lambda: app.fetch_token(endpoint, username=username, password="not the password"))
show_error(lambda: OAuth2Session(client_id, "x").fetch_token(endpoint, grant_type="client_credentials"))

responses = []


def remember(response):
    responses.append(response.json())
    return response


app.register_compliance_hook("access_token_response", remember)
eve = {"username": "eve", "password": os.environ["EVE_PASSWORD"]}
first, second = os.environ["FIRST_OTP"], os.environ["SECOND_OTP"]
show_error(lambda: app.fetch_token(endpoint, **eve))
mfa_token = responses[-1]["mfa_token"]
show(app.fetch_token(endpoint, grant_type="urn:latchkey:grant-type:mfa", mfa_token=mfa_token, otp=first))
show_error(lambda: app.fetch_token(endpoint, **eve, otp=first))
show(app.fetch_token(endpoint, **eve, otp=second))
