//! A till's way to the server: the page's, in native clothes. An answer counts only in our words, whatever its status says.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde::de::DeserializeOwned;
use subzero_ledger::ids::ShopId;
use subzero_sync::fault::Failure;
use subzero_sync::replica::PushFailure;
use subzero_sync::wire::{
    AccessToken, ApiError, ContentHash, Manifest, PullPage, PushConflict, PushReply, PushRequest, STANDING_HEADER,
    SegmentList, ShopHead, SnapshotInfo, Standing, TOKEN_EXPIRED,
};
use tokio::sync::Mutex;

/// The longest an answer may take beyond what the server was allowed to hold it back.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// A device's calls.
pub struct Remote {
    origin: String,
    token: String,
    access: Mutex<Option<String>>,
    http: Client,
}

/// An answer of any status.
struct Answer {
    status: u16,
    retry_after_ms: Option<u64>,
    body: Vec<u8>,
}

impl Answer {
    fn failure(&self) -> Failure {
        let said = serde_json::from_slice::<ApiError>(&self.body).is_ok();
        if said { Failure::from_status(self.status, self.retry_after_ms) } else { Failure::NotOurs }
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn is_expired(&self) -> bool {
        let said = serde_json::from_slice::<ApiError>(&self.body);
        self.status == 401 && said.is_ok_and(|said| said.code == TOKEN_EXPIRED)
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        if !self.is_success() {
            return Err(self.failure());
        }
        serde_json::from_slice(&self.body).map_err(|_| Failure::NotOurs)
    }
}

impl Remote {
    /// Calls with a device's token.
    pub fn new(origin: &str, token: String) -> Self {
        Self { origin: origin.to_owned(), token, access: Mutex::default(), http: Client::new() }
    }

    /// `GET /v1/sync/manifest`.
    pub async fn manifest(&self, wait_ms: u32, known: &[ShopHead], says: &Standing) -> Result<Manifest, Failure> {
        let known: Vec<_> = known.iter().map(|known| format!("{}:{}", known.shop, known.head)).collect();
        let says = serde_json::to_string(says).map_err(|_| Failure::NotOurs)?;
        let url = format!("{}/v1/sync/manifest?wait_ms={wait_ms}&known={}", self.origin, known.join(","));
        let within = ANSWER_MAX + Duration::from_millis(u64::from(wait_ms));
        self.send(|| self.http.get(&url).header(STANDING_HEADER, &says).timeout(within)).await?.read()
    }

    /// `GET /v1/sync/pull`.
    pub async fn pull(&self, shop: ShopId, after: u64, to: Option<u64>) -> Result<PullPage, Failure> {
        let to = to.map_or_else(String::new, |to| format!("&to={to}"));
        self.get(&format!("/v1/sync/pull?shop={shop}&after={after}{to}")).await?.read()
    }

    /// `GET /v1/sync/segments`.
    pub async fn segments(&self, shop: ShopId, after: u64) -> Result<SegmentList, Failure> {
        self.get(&format!("/v1/sync/segments?shop={shop}&after={after}")).await?.read()
    }

    /// `GET /v1/sync/segment`.
    pub async fn segment(&self, shop: ShopId, hash: ContentHash) -> Result<Vec<u8>, Failure> {
        self.bytes(&format!("/v1/sync/segment?shop={shop}&hash={}", String::from(hash))).await
    }

    /// `GET /v1/sync/snapshot`.
    pub async fn snapshot(&self) -> Result<SnapshotInfo, Failure> {
        self.get("/v1/sync/snapshot").await?.read()
    }

    /// `GET /v1/sync/snapshot/part`.
    pub async fn snapshot_part(&self, hash: ContentHash) -> Result<Vec<u8>, Failure> {
        self.bytes(&format!("/v1/sync/snapshot/part?hash={}", String::from(hash))).await
    }

    /// `POST /v1/sync/push`.
    pub async fn push(&self, request: &PushRequest) -> Result<PushReply, PushFailure> {
        let url = format!("{}/v1/sync/push", self.origin);
        let answer = self.send(|| self.http.post(&url).json(request)).await.map_err(PushFailure::Failed)?;
        if answer.status == 409 {
            let conflict = serde_json::from_slice::<PushConflict>(&answer.body);
            return Err(conflict.map_or(PushFailure::Failed(Failure::NotOurs), PushFailure::Conflict));
        }
        answer.read().map_err(PushFailure::Failed)
    }

    async fn bytes(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let answer = self.get(path).await?;
        if answer.is_success() { Ok(answer.body) } else { Err(answer.failure()) }
    }

    async fn get(&self, path: &str) -> Result<Answer, Failure> {
        let url = format!("{}{path}", self.origin);
        self.send(|| self.http.get(&url)).await
    }

    /// Sends a call, once more if its access was over.
    async fn send(&self, call: impl Fn() -> RequestBuilder) -> Result<Answer, Failure> {
        let access = self.access(None).await?;
        let answer = send(call().bearer_auth(&access)).await?;
        if !answer.is_expired() {
            return Ok(answer);
        }
        let access = self.access(Some(&access)).await?;
        send(call().bearer_auth(access)).await
    }

    /// An access token; another one, unless somebody got it already, where one is over.
    async fn access(&self, over: Option<&str>) -> Result<String, Failure> {
        let mut access = self.access.lock().await;
        if let Some(held) = access.as_deref().filter(|held| Some(*held) != over) {
            return Ok(held.to_owned());
        }
        let url = format!("{}/v1/auth/device", self.origin);
        let new: AccessToken = send(self.http.post(url).bearer_auth(&self.token)).await?.read()?;
        Ok(access.insert(new.token).clone())
    }
}

/// Sends a request and reads its whole answer, within the deadline: what has one of its own keeps it.
async fn send(request: RequestBuilder) -> Result<Answer, Failure> {
    let (client, request) = request.build_split();
    let mut request = request.map_err(|_| Failure::NotOurs)?;
    request.timeout_mut().get_or_insert(ANSWER_MAX);
    let failed = |error: &reqwest::Error| if error.is_timeout() { Failure::TimedOut } else { Failure::Unreachable };
    let response = client.execute(request).await.map_err(|error| failed(&error))?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let body = response
        .bytes()
        .await
        .map_err(|error| if error.is_timeout() { Failure::TimedOut } else { Failure::NotOurs })?;
    let retry_after_ms = retry_after.map(|seconds| seconds.saturating_mul(1_000));
    Ok(Answer { status, retry_after_ms, body: body.to_vec() })
}
