// The npm package oidc-provider as it comes, standing in for Google: one client, PKCE forced, and
// a person who agrees to everything. Wants PORT, REDIRECT and LOGIN; says "ready" when it listens.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { PORT, REDIRECT, LOGIN } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;

const provider = new Provider(issuer, {
  clients: [
    { client_id: "google-client", client_secret: "google-secret", redirect_uris: [REDIRECT] },
  ],
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
  interactions: { url: (_, interaction) => `/agree/${interaction.uid}` },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: "Student", email: "student@example.org", email_verified: true }),
  }),
});

async function agree(request, response) {
  const { prompt, params, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name !== "consent") {
    return provider.interactionFinished(request, response, { login: { accountId: LOGIN } });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: LOGIN, clientId: params.client_id });
  grant.addOIDCScope("openid email profile");
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/agree/")) return answer(request, response);
  return agree(request, response).catch((error) => response.writeHead(500).end(String(error)));
}).listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
