//! Asking the server: one function an endpoint, each with a time-out, each answered by a value or by why there is none.
//!
//! An answer counts only when it is the JSON that was asked for. A captive portal, a proxy's page and a cut answer are [`Failure::NotOurs`],
//! whatever their status says, so nobody is signed out by the login page of a hotel's network. Nothing is kept and nothing is tried again here,
//! except at once with another access token when the one before is over: the replica decides when to ask once more. Dropping a call aborts its request.

use std::cell::RefCell;

use futures::future::{Either, select};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_sync::fault::Failure;
use subzero_sync::replica::PushFailure;
use subzero_sync::wire::{
    AccessToken, ApiError, AsideList, AuditPage, ContentHash, Manifest, OwnerSession, OwnerSignIn, PairCall,
    PairRequest, Paired, PairingCode, PullPage, PushConflict, PushReply, PushRequest, RegisterList, RegisterShops,
    RescueReply, RescueRequest, STANDING_HEADER, SegmentList, ShopHead, SnapshotInfo, Standing, TOKEN_EXPIRED,
};
use web_sys::AbortController;

/// The longest an answer may take beyond what the server was allowed to hold it back, in milliseconds.
const CALL_MAX_MS: u32 = 20_000;

/// The longest the answer to a whole file may take: the server gives up then too.
const RESCUE_CALL_MAX_MS: u32 = 60_000;

/// Why a call that a person waits for has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of failure.
    pub failure: Failure,
    /// The server's own words, when it had any: a stable code and a sentence.
    pub said: Option<ApiError>,
}

impl Refusal {
    /// Whether the same call is answered once it carries another access token.
    fn is_expired(&self) -> bool {
        self.failure == Failure::SignedOut && self.said.as_ref().is_some_and(|said| said.code == TOKEN_EXPIRED)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { failure, said: None }
    }
}

/// `GET /v1/about`: what this server is, for a page that is not paired.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct About {
    /// The software's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The demo account's sign-ins; nothing on a server that has real accounts only.
    pub demo: Option<Demo>,
}

/// A demo account's sign-ins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Demo {
    /// The owner's e-mail address, to pair a device.
    pub email: String,
    /// And password.
    pub password: String,
    /// Who can sign in on a paired device.
    pub employees: Vec<DemoEmployee>,
}

/// How one employee of a demo account signs in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DemoEmployee {
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What they type.
    pub pin: String,
}

/// The server this page came from.
#[derive(Default)]
pub struct Remote {
    /// What this device was paired with.
    token: RefCell<Option<String>>,
    /// What its calls carry for now. It is got for the token when there is none or when it is over, and nobody above notices.
    access: RefCell<Option<String>>,
}

impl Remote {
    /// Calls with this device's token, or without one until it is paired.
    pub fn new(token: Option<String>) -> Self {
        Self { token: RefCell::new(token), access: RefCell::default() }
    }

    /// From now on calls carry this token.
    pub fn set_token(&self, token: Option<String>) {
        self.token.replace(token);
        self.access.take();
    }

    /// `GET /v1/about`.
    pub async fn about(&self) -> Result<About, Refusal> {
        call(Call::get("/v1/about".to_owned())).await
    }

    /// `POST /v1/auth/owner`: an owner signs in to pair this device.
    pub async fn sign_in(&self, owner: &OwnerSignIn) -> Result<OwnerSession, Refusal> {
        call(Call::post("/v1/auth/owner", owner, None)?).await
    }

    /// `POST /v1/devices/pair`, with the session that [`Remote::sign_in`] gave. The new token is not used until [`Remote::set_token`].
    pub async fn pair(&self, session: &OwnerSession, request: &PairRequest) -> Result<Paired, Refusal> {
        call(Call::post("/v1/devices/pair", request, Some(session.token.clone()))?).await
    }

    /// `POST /v1/devices/pair`, with a code that an owner made. The new token is not used until [`Remote::set_token`].
    pub async fn pair_by_code(&self, code: String) -> Result<Paired, Refusal> {
        call(Call::post("/v1/devices/pair", &PairCall::ByCode { code }, None)?).await
    }

    /// `POST /v1/devices/code`: a code with which another device does what is asked here.
    pub async fn pairing_code(&self, session: &OwnerSession, request: &PairRequest) -> Result<PairingCode, Refusal> {
        call(Call::post("/v1/devices/code", request, Some(session.token.clone()))?).await
    }

    /// `GET /v1/devices`: every register of the account, for its owner.
    pub async fn registers(&self, session: &OwnerSession) -> Result<RegisterList, Refusal> {
        call(Call::get("/v1/devices".to_owned()).with(session.token.clone())).await
    }

    /// `POST /v1/devices/{id}/revoke`: a register's access ends. Answered, like the next two, by the registers as they then are.
    pub async fn end_access(&self, session: &OwnerSession, device: DeviceId) -> Result<RegisterList, Refusal> {
        let call_at = Call { method: Method::POST, ..Call::get(format!("/v1/devices/{device}/revoke")) };
        call(call_at.with(session.token.clone())).await
    }

    /// `POST /v1/devices/{id}/let_in`: a register whose access had ended is let back in.
    pub async fn let_back_in(&self, session: &OwnerSession, device: DeviceId) -> Result<RegisterList, Refusal> {
        let call_at = Call { method: Method::POST, ..Call::get(format!("/v1/devices/{device}/let_in")) };
        call(call_at.with(session.token.clone())).await
    }

    /// `POST /v1/devices/{id}/shops`: which shops a register may see and record for.
    pub async fn allow_shops(
        &self,
        session: &OwnerSession,
        device: DeviceId,
        shops: &RegisterShops,
    ) -> Result<RegisterList, Refusal> {
        call(Call::post(&format!("/v1/devices/{device}/shops"), shops, Some(session.token.clone()))?).await
    }

    /// `GET /v1/devices/aside`: what was set aside of any register of the account.
    pub async fn aside(&self, session: &OwnerSession) -> Result<AsideList, Refusal> {
        call(Call::get("/v1/devices/aside".to_owned()).with(session.token.clone())).await
    }

    /// `GET /v1/audit`: who got in, was let in and was kept out; only what was noted before an entry of that number, if one is said.
    pub async fn audit(&self, session: &OwnerSession, before: Option<u64>) -> Result<AuditPage, Refusal> {
        let before = before.map_or_else(String::new, |before| format!("?before={before}"));
        call(Call::get(format!("/v1/audit{before}")).with(session.token.clone())).await
    }

    /// `GET /v1/sync/manifest`, held back for at most `wait_ms` while nothing differs from what is `known`. `says` is how this device stands.
    pub async fn manifest(&self, wait_ms: u32, known: &[ShopHead], says: &Standing) -> Result<Manifest, Failure> {
        let known: Vec<_> = known.iter().map(|known| format!("{}:{}", known.shop, known.head)).collect();
        let says = serde_json::to_string(says).map_err(|_| Failure::NotOurs)?;
        let path = format!("/v1/sync/manifest?wait_ms={wait_ms}&known={}", known.join(","));
        let deadline_ms = wait_ms.saturating_add(CALL_MAX_MS);
        let standing = Some(says);
        self.ask(Call { standing, deadline_ms, ..Call::get(path) }).await.map_err(|refusal| refusal.failure)
    }

    /// `GET /v1/sync/pull`: rows of a shop with a higher sequence, none beyond `to` if that is said.
    pub async fn pull(&self, shop: ShopId, after: u64, to: Option<u64>) -> Result<PullPage, Failure> {
        let to = to.map_or_else(String::new, |to| format!("&to={to}"));
        let path = format!("/v1/sync/pull?shop={shop}&after={after}{to}");
        self.ask(Call::get(path)).await.map_err(|refusal| refusal.failure)
    }

    /// `GET /v1/sync/segments`: the segments of a shop that hold rows with a higher sequence.
    pub async fn segments(&self, shop: ShopId, after: u64) -> Result<SegmentList, Failure> {
        let path = format!("/v1/sync/segments?shop={shop}&after={after}");
        self.ask(Call::get(path)).await.map_err(|refusal| refusal.failure)
    }

    /// `GET /v1/sync/segment`: bytes of which nothing is known yet.
    pub async fn segment(&self, shop: ShopId, hash: ContentHash) -> Result<Vec<u8>, Failure> {
        self.bytes(format!("/v1/sync/segment?shop={shop}&hash={}", String::from(hash))).await
    }

    /// `GET /v1/sync/snapshot`: what a new copy may begin with.
    pub async fn snapshot(&self) -> Result<SnapshotInfo, Failure> {
        let path = "/v1/sync/snapshot".to_owned();
        self.ask(Call::get(path)).await.map_err(|refusal| refusal.failure)
    }

    /// `GET /v1/sync/snapshot/part`: bytes of which nothing is known yet.
    pub async fn snapshot_part(&self, hash: ContentHash) -> Result<Vec<u8>, Failure> {
        self.bytes(format!("/v1/sync/snapshot/part?hash={}", String::from(hash))).await
    }

    async fn bytes(&self, path: String) -> Result<Vec<u8>, Failure> {
        let answer = self.send(Call::get(path)).await.map_err(|refusal| refusal.failure)?;
        if answer.is_success() { Ok(answer.body) } else { Err(refusal(&answer).failure) }
    }

    /// `POST /v1/sync/push`.
    pub async fn push(&self, request: &PushRequest) -> Result<PushReply, PushFailure> {
        let failed = |refusal: Refusal| PushFailure::Failed(refusal.failure);
        let answer = self.send(Call::post("/v1/sync/push", request, None).map_err(failed)?).await.map_err(failed)?;
        if answer.status == 409 {
            let conflict = serde_json::from_slice::<PushConflict>(&answer.body);
            return Err(conflict.map_or(PushFailure::Failed(Failure::NotOurs), PushFailure::Conflict));
        }
        read(&answer).map_err(failed)
    }

    /// `POST /v1/sync/rescue`: a file of what a register had not sent.
    pub async fn rescue(&self, request: &RescueRequest) -> Result<RescueReply, Refusal> {
        let deadline_ms = RESCUE_CALL_MAX_MS;
        self.ask(Call { deadline_ms, ..Call::post("/v1/sync/rescue", request, None)? }).await
    }

    /// A call of this device's.
    async fn ask<T: DeserializeOwned>(&self, call: Call) -> Result<T, Refusal> {
        read(&self.send(call).await?)
    }

    /// Sends a call of this device's, once more if its access was over.
    async fn send(&self, call: Call) -> Result<Answer, Refusal> {
        let held = self.access.borrow().clone();
        let access = match held {
            Some(access) => access,
            None => self.get_access().await?,
        };
        let answer = send(call.clone().with(access.clone())).await?;
        if !refusal(&answer).is_expired() {
            return Ok(answer);
        }
        // Another call may have been quicker.
        let held = self.access.borrow().clone().filter(|held| *held != access);
        let access = match held {
            Some(access) => access,
            None => self.get_access().await?,
        };
        Ok(send(call.with(access)).await?)
    }

    /// `POST /v1/auth/device`: another access token.
    async fn get_access(&self) -> Result<String, Refusal> {
        let token = self.token.borrow().clone().ok_or(Failure::SignedOut)?;
        let access: AccessToken =
            call(Call { method: Method::POST, ..Call::get("/v1/auth/device".to_owned()) }.with(token)).await?;
        self.access.replace(Some(access.token.clone()));
        Ok(access.token)
    }
}

/// One request.
#[derive(Clone)]
struct Call {
    method: Method,
    path: String,
    token: Option<String>,
    /// How this device stands, for the server to tell the others.
    standing: Option<String>,
    body: Option<String>,
    deadline_ms: u32,
}

impl Call {
    fn get(path: String) -> Self {
        Self { method: Method::GET, path, token: None, standing: None, body: None, deadline_ms: CALL_MAX_MS }
    }

    fn post<T: Serialize>(path: &str, body: &T, token: Option<String>) -> Result<Self, Refusal> {
        let body = serde_json::to_string(body).map_err(|_| Refusal { failure: Failure::NotOurs, said: None })?;
        Ok(Self { method: Method::POST, token, body: Some(body), ..Self::get(path.to_owned()) })
    }

    /// The same with this token.
    fn with(self, token: String) -> Self {
        Self { token: Some(token), ..self }
    }
}

/// An answer of any status.
struct Answer {
    status: u16,
    retry_after_ms: Option<u64>,
    body: Vec<u8>,
}

impl Answer {
    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

async fn call<T: DeserializeOwned>(call: Call) -> Result<T, Refusal> {
    read(&send(call).await?)
}

/// Our JSON, or why not.
fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Refusal> {
    if !answer.is_success() {
        return Err(refusal(answer));
    }
    serde_json::from_slice(&answer.body).map_err(|_| Refusal { failure: Failure::NotOurs, said: None })
}

/// A refusal counts only in our words; 413 alone may come from a proxy that has a limit of its own.
fn refusal(answer: &Answer) -> Refusal {
    let said = serde_json::from_slice::<ApiError>(&answer.body).ok();
    let failure = match (&said, answer.status) {
        (None, 413) | (Some(_), _) => Failure::from_status(answer.status, answer.retry_after_ms),
        (None, _) => Failure::NotOurs,
    };
    Refusal { failure, said }
}

/// Sends a request and reads its whole answer, within the deadline.
async fn send(call: Call) -> Result<Answer, Failure> {
    let abort = AbortOnDrop::new();
    let request = build(&call, &abort)?;
    let answer = Box::pin(async {
        let response = request.send().await.map_err(|_| Failure::Unreachable)?;
        let (status, retry_after_ms) = (response.status(), retry_after_ms(&response));
        // A connection that is cut in the middle of the body fails here.
        let body = response.binary().await.map_err(|_| Failure::NotOurs)?;
        Ok(Answer { status, retry_after_ms, body })
    });
    match select(answer, TimeoutFuture::new(call.deadline_ms)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Failure::TimedOut),
    }
}

fn build(call: &Call, abort: &AbortOnDrop) -> Result<Request, Failure> {
    let mut request = RequestBuilder::new(&call.path).method(call.method.clone());
    if let Some(controller) = &abort.0 {
        request = request.abort_signal(Some(&controller.signal()));
    }
    if let Some(token) = &call.token {
        request = request.header("Authorization", &format!("Bearer {token}"));
    }
    if let Some(standing) = &call.standing {
        request = request.header(STANDING_HEADER, standing);
    }
    let built = match &call.body {
        Some(body) => request.header("Content-Type", "application/json").body(body.as_str()),
        None => request.build(),
    };
    built.map_err(|_| Failure::Unreachable)
}

fn retry_after_ms(response: &Response) -> Option<u64> {
    let seconds = response.headers().get("Retry-After")?.trim().parse::<u64>().ok()?;
    Some(seconds.saturating_mul(1_000))
}

/// Ends the request when nobody waits for it any more.
struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    fn new() -> Self {
        Self(AbortController::new().ok())
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> Failure {
        let answer = Answer { status, retry_after_ms: Some(3_000), body: body.as_bytes().to_vec() };
        read::<About>(&answer).expect_err("no answer that counts").failure
    }

    #[test]
    fn an_answer_that_is_not_our_json_is_no_answer_whatever_its_status() {
        for status in [200, 302, 401, 403, 404, 426, 429, 500, 503, 511] {
            assert_eq!(refused(status, "<html>Welcome to the hotel</html>"), Failure::NotOurs, "{status}");
        }
        assert_eq!(refused(200, r#"{"name":"Subzero","ver"#), Failure::NotOurs, "cut");
        assert_eq!(refused(413, "<html>nginx</html>"), Failure::TooLarge, "a proxy with a limit of its own");
    }

    #[test]
    fn only_an_access_that_is_over_is_got_anew() {
        let is_expired = |status, code: &str| {
            let body = format!(r#"{{"code":"{code}","message":"It is over."}}"#).into_bytes();
            refusal(&Answer { status, retry_after_ms: None, body }).is_expired()
        };
        assert!(is_expired(401, "token_expired"));
        assert!(
            !is_expired(401, "bad_token") && !is_expired(403, "token_expired") && !is_expired(403, "register_removed")
        );
        let portal = Answer { status: 401, retry_after_ms: None, body: b"<html>token_expired</html>".to_vec() };
        assert!(!refusal(&portal).is_expired());
    }

    #[test]
    fn a_refusal_in_our_words_counts() {
        let said = r#"{"code":"bad_token","message":"This device is signed out."}"#;
        assert_eq!(refused(401, said), Failure::SignedOut);
        assert_eq!(refused(503, said), Failure::Busy { retry_after_ms: Some(3_000) });
    }
}
