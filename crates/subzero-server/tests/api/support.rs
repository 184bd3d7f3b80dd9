//! A server of one's own, accounts on it, and tills that record.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use reqwest::{Client, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use subzero_ledger::entry::catalogue::{Change, EmployeeChange, ItemChange, ItemFields};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{
    Body, Catalogue, CostControl, Entry, Header, ItemKind, Mode, Receipt, ReceiptLine, StampedItem,
};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use subzero_server::clock;
use subzero_server::db::{AccountId, Db};
use subzero_server::metrics::Metrics;
use subzero_server::seed::{self, Business, Employee};
use subzero_server::{Config, Network, ServeError, Server};
use subzero_sync::chain::Position;
use subzero_sync::wire::{
    AccessToken, Checksum, EntryBytes, Epoch, Incarnation, OwnerSession, Paired, PullPage, PushReply, PushRequest, Row,
    STANDING_HEADER, ShopName,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

pub const OWNER: EmployeeId = EmployeeId::from_u128(1);
pub const CASHIER: EmployeeId = EmployeeId::from_u128(2);
pub const MUG: ItemId = ItemId::from_u128(11);
pub const HIGH_STREET: ShopId = ShopId(1);
pub const STATION: ShopId = ShopId(2);
pub const PASSWORD: &str = "correct horse";

/// A running server.
pub struct Running {
    pub url: String,
    pub db: Db,
    pub http: Client,
    pub metrics: Arc<Metrics>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), ServeError>>,
}

/// A folder for a server that is to be started again.
pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub fn config(data: &Path) -> Config {
    let network = Network::default();
    Config { network, ..Config::new(data.to_owned().into()) }
}

impl Running {
    pub async fn start(config: Config) -> Self {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Server::open(config).await.unwrap();
        let db = server.db.clone();
        let metrics = Arc::clone(&server.metrics);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run(listener, async move {
            let _ = stopped.await;
        }));
        Self { url, db, http: Client::new(), metrics, stop: Some(stop), task }
    }

    /// With the account of `kim@example.com`.
    pub async fn with_account(data: &TempDir) -> Self {
        let running = Self::start(config(data.path())).await;
        running.add_account("kim@example.com").await;
        running
    }

    pub async fn add_account(&self, email: &str) -> AccountId {
        let kim = Employee { id: OWNER, name: "Kim".into(), role: Role::Owner, pin: "1234".into() };
        let shop = |id, name: &str| ShopName { id, name: name.into() };
        let mug = ItemFields { name: Some("Mug".into()), ..ItemFields::default() };
        let business = Business {
            name: "Kim's Kitchen".into(),
            currency: "GBP".into(),
            demo: false,
            email: email.into(),
            password: PASSWORD.into(),
            shops: vec![shop(HIGH_STREET, "High Street"), shop(STATION, "Station")],
            employees: vec![kim],
            vendors: vec![],
            items: vec![ItemChange { id: MUG, fields: mug }],
        };
        let account = seed::create_account(&self.db, business, clock::now()).await.unwrap();
        let (name, role) = (Some("Lee".into()), Some(Role::Cashier));
        let lee = EmployeeChange { id: CASHIER, name, role, pin: None, active: None };
        let hired = seed::office_entry(OWNER, clock::now(), vec![Change::Employee(lee)]);
        seed::import(&self.db, account, vec![hired]).await.unwrap();
        account
    }

    /// Says that it should stop, and does not wait for it.
    pub fn tell_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).unwrap();
        }
    }

    pub async fn stop(mut self) {
        self.tell_to_stop();
        self.task.await.unwrap().unwrap();
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Response {
        let body = json!({ "email": email, "password": password });
        self.http.post(format!("{}/v1/auth/owner", self.url)).json(&body).send().await.unwrap()
    }

    /// A token to pair devices with.
    pub async fn session(&self, email: &str) -> String {
        read::<OwnerSession>(self.sign_in(email, PASSWORD).await).await.token
    }

    pub async fn pair(&self, email: &str, shop: ShopId) -> Till {
        let session = self.session(email).await;
        let paired = self.ask_to_pair(&session, shop, "Front till").await;
        Till::new(self, read(paired).await).await
    }

    pub async fn ask_to_pair(&self, token: &str, shop: ShopId, register: &str) -> Response {
        self.ask_for_pairing(token, &json!({ "shop": shop, "register": register })).await
    }

    pub async fn ask_to_pair_again(&self, token: &str, device: DeviceId, shop: ShopId, register: &str) -> Response {
        self.ask_for_pairing(token, &json!({ "shop": shop, "register": register, "again": device })).await
    }

    /// An access token for a device's own token.
    pub async fn access(&self, secret: &str) -> String {
        read::<AccessToken>(self.ask_for_access(secret).await).await.token
    }

    pub async fn ask_for_access(&self, secret: &str) -> Response {
        self.http.post(format!("{}/v1/auth/device", self.url)).bearer_auth(secret).send().await.unwrap()
    }

    /// Makes a code that lets a register in, as an owner.
    pub async fn ask_for_code(&self, token: &str, shop: ShopId, register: &str) -> Response {
        let body = json!({ "shop": shop, "register": register });
        self.http.post(format!("{}/v1/devices/code", self.url)).bearer_auth(token).json(&body).send().await.unwrap()
    }

    /// Pairs by a code, without any session.
    pub async fn pair_by_code(&self, code: &str) -> Response {
        let body = json!({ "code": code });
        self.http.post(format!("{}/v1/devices/pair", self.url)).json(&body).send().await.unwrap()
    }

    /// Ends a register's access, as an owner.
    pub async fn ask_to_revoke(&self, token: &str, device: DeviceId) -> Response {
        let url = format!("{}/v1/devices/{device}/revoke", self.url);
        self.http.post(url).bearer_auth(token).send().await.unwrap()
    }

    /// Asks which registers there are, as an owner.
    pub async fn ask_for_registers(&self, token: &str) -> Response {
        self.http.get(format!("{}/v1/devices", self.url)).bearer_auth(token).send().await.unwrap()
    }

    async fn ask_for_pairing(&self, token: &str, body: &Value) -> Response {
        self.http.post(format!("{}/v1/devices/pair", self.url)).bearer_auth(token).json(body).send().await.unwrap()
    }
}

/// The JSON of an answer that is a success.
pub async fn read<T: DeserializeOwned>(response: Response) -> T {
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The code of an answer that is an error: stable, with a sentence, and not a word about the inside.
pub async fn code(response: Response, status: StatusCode) -> String {
    let found = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(found, status, "{text}");
    let error: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"));
    let message = error["message"].as_str().unwrap();
    assert!(message.ends_with('.') && message.chars().next().unwrap().is_uppercase(), "{message}");
    assert!(!message.to_lowercase().contains("sql"), "{message}");
    error["code"].as_str().unwrap().to_owned()
}

/// A paired device with its outbox.
#[derive(Clone)]
pub struct Till {
    url: String,
    http: Client,
    /// What its calls carry.
    pub token: String,
    /// What it was paired with.
    pub secret: String,
    pub device: DeviceId,
    pub shop: ShopId,
    pub inc: Incarnation,
    pub epoch: Option<Epoch>,
    /// Up to where the outbox is acked.
    pub acked: Position,
}

impl Till {
    pub async fn new(running: &Running, paired: Paired) -> Self {
        Self {
            url: running.url.clone(),
            http: running.http.clone(),
            token: running.access(&paired.token).await,
            secret: paired.token,
            device: paired.device,
            shop: paired.shop,
            inc: Incarnation(Uuid::new_v4()),
            epoch: None,
            acked: Position::START,
        }
    }

    /// The same till after the server came up somewhere else.
    pub fn at(&self, running: &Running) -> Self {
        Self { url: running.url.clone(), ..self.clone() }
    }

    pub fn header(&self) -> Header {
        Header {
            id: EntryId(Uuid::now_v7()),
            shop: self.shop,
            device: self.device,
            at: clock::now(),
            employee: CASHIER,
            session: SessionId::from_u128(1),
            approved_by: None,
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        }
    }

    /// A delivery of one mug.
    pub fn receipt(&self) -> Entry {
        Entry { dseq: 0, header: self.header(), body: receipt_of(MUG) }
    }

    /// Changes for the office.
    pub fn changes(&self, employee: EmployeeId, changes: Vec<Change>) -> Entry {
        let header = Header { shop: ShopId::OFFICE, employee, ..self.header() };
        Entry { dseq: 0, header, body: Body::Catalogue(Catalogue { known: 0, changes }) }
    }

    pub fn request(&self, entries: &[Vec<u8>]) -> PushRequest {
        PushRequest {
            epoch: self.epoch,
            inc: self.inc,
            first: self.acked.dseq + 1,
            before: self.acked.chain,
            now: clock::now(),
            entries: entries.iter().cloned().map(EntryBytes).collect(),
        }
    }

    pub async fn send(&self, request: &PushRequest) -> Response {
        let push = self.http.post(format!("{}/v1/sync/push", self.url));
        push.bearer_auth(&self.token).json(request).send().await.unwrap()
    }

    pub async fn post<T: serde::Serialize>(&self, path: &str, body: &T) -> Response {
        self.http.post(format!("{}{path}", self.url)).bearer_auth(&self.token).json(body).send().await.unwrap()
    }

    /// Pushes and takes the ack.
    pub async fn push(&mut self, entries: &[Entry]) -> PushReply {
        let bytes: Vec<Vec<u8>> = entries.iter().map(|entry| entry.encode().unwrap()).collect();
        self.push_bytes(&bytes).await
    }

    pub async fn push_bytes(&mut self, entries: &[Vec<u8>]) -> PushReply {
        let request = self.request(entries);
        let reply: PushReply = read(self.send(&request).await).await;
        self.acked = request.entries.iter().fold(self.acked, |at, body| at.next(self.inc, body));
        assert_eq!(reply.acked, self.acked.dseq);
        self.epoch = Some(reply.epoch);
        reply
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.token).send().await.unwrap()
    }

    /// Asks for news and says this of itself.
    pub async fn says(&self, standing: &str) -> Response {
        let url = format!("{}/v1/sync/manifest", self.url);
        self.http.get(url).bearer_auth(&self.token).header(STANDING_HEADER, standing).send().await.unwrap()
    }

    pub async fn page(&self, shop: ShopId, after: u64) -> PullPage {
        read(self.get(&format!("/v1/sync/pull?shop={shop}&after={after}")).await).await
    }

    /// Pulls a shop's whole history, holding every page to its promises.
    pub async fn pull(&self, shop: ShopId) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let after = u64::try_from(rows.len()).unwrap();
            let page = self.page(shop, after).await;
            assert_dense(&page);
            let head = page.head;
            let sum = page.checksum;
            rows.extend(page.rows);
            assert_eq!(sum, Checksum::EMPTY.add_all(shop, &rows));
            if u64::try_from(rows.len()).unwrap() >= head {
                return rows;
            }
        }
    }
}

/// Sequences go on from `after` with no hole, and never past the head.
pub fn assert_dense(page: &PullPage) {
    let seqs: Vec<u64> = page.rows.iter().map(|row| row.seq).collect();
    let expected: Vec<u64> = (page.after + 1..).take(seqs.len()).collect();
    assert_eq!(seqs, expected);
    assert!(seqs.last().is_none_or(|last| *last <= page.head), "a row past the head");
    assert!(!seqs.is_empty() || page.after >= page.head, "nothing, though there is more");
}

pub fn receipt_of(item: ItemId) -> Body {
    let item = StampedItem { id: item, default_cost: None, kind: ItemKind::Inventory };
    let line = ReceiptLine { of_line: None, item, qty: Qty::ONE, cost: UnitCost::from_ten_thousandths(31_000) };
    Body::Receipt(Receipt { order: None, vendor: None, lines: vec![line], reference: "note 7".into() })
}

pub fn minutes_from_now(minutes: i64) -> Instant {
    Instant::from_unix_ms(clock::now().unix_ms() + minutes * 60_000).unwrap()
}
