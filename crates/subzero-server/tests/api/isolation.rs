//! What an account holds is its own: every endpoint is asked for it by everybody who is not of it.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use subzero_ledger::entry::Entry;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_server::clock;
use subzero_server::seed::{self, Business, Employee};
use subzero_sync::records::{Control, Own};
use subzero_sync::rescue::{Rescue, Salvage};
use subzero_sync::wire::{
    ContentHash, EntryBytes, ListedRegister, Manifest, PairingCode, RegisterList, Row, STANDING_HEADER, SegmentList,
    ShopHead, ShopName, Standing,
};

use crate::support::{HIGH_STREET, OWNER, PASSWORD, Running, Till, folder, read};

const VICTIM: &str = "victim@example.com";
const VICTIMS_PASSWORD: &str = "a battery staple";
/// A shop that the other account does not have.
const SECRET_STREET: ShopId = ShopId(3);

/// What is tried at one endpoint.
struct Try {
    query: String,
    body: Option<Value>,
}

impl Try {
    fn plain() -> Vec<Self> {
        vec![Self { query: String::new(), body: None }]
    }

    fn queries(queries: impl IntoIterator<Item = String>) -> Vec<Self> {
        queries.into_iter().map(|query| Self { query, body: None }).collect()
    }

    fn bodies(bodies: impl IntoIterator<Item = Value>) -> Vec<Self> {
        bodies.into_iter().map(|body| Self { query: String::new(), body: Some(body) }).collect()
    }
}

/// What an account holds, as its owner and its devices see it.
#[derive(Debug, PartialEq)]
struct State {
    registers: Vec<ListedRegister>,
    heads: Vec<ShopHead>,
    said: Vec<(DeviceId, Standing)>,
    histories: Vec<Vec<Row>>,
}

/// The account that is to be left alone.
struct Victim {
    till: Till,
    session: String,
    code: String,
    segment: ContentHash,
    /// Bytes of which none may be in an answer to anybody else.
    marks: Vec<Vec<u8>>,
    /// A file of what its register had not sent.
    rescue: String,
    unsent: Entry,
}

impl Victim {
    async fn open(server: &Running) -> Self {
        let shop = |id, name: &str| ShopName { id, name: name.into() };
        let owner = Employee { id: OWNER, name: "Vera Secret".into(), role: Role::Owner, pin: "4321".into() };
        let business = Business {
            name: "Secret Kitchen".into(),
            currency: "GBP".into(),
            demo: false,
            email: VICTIM.into(),
            password: VICTIMS_PASSWORD.into(),
            shops: vec![
                shop(HIGH_STREET, "Secret Hill"),
                shop(ShopId(2), "Secret Lane"),
                shop(SECRET_STREET, "Secret Street"),
            ],
            employees: vec![owner],
            vendors: vec![],
            items: vec![],
        };
        let account = seed::create_account(&server.db, business, clock::now()).await.unwrap();
        let session = server.sign_in(VICTIM, VICTIMS_PASSWORD).await;
        let session = read::<Value>(session).await["token"].as_str().unwrap().to_owned();
        // More registers than the other account has: the number of the last is nobody's there.
        for nth in ["First", "Second"] {
            read::<Value>(server.ask_to_pair(&session, HIGH_STREET, nth).await).await;
        }
        let paired = server.ask_to_pair(&session, SECRET_STREET, "Third").await;
        let mut till = Till::new(server, read(paired).await).await;
        let made = server.ask_for_code(&session, SECRET_STREET, "Secret next").await;
        let code = read::<PairingCode>(made).await.code;
        let mut marks: Vec<Vec<u8>> = ["Secret", "Vera", VICTIM, &till.token, &till.secret, &session, &code]
            .map(|mark| mark.as_bytes().to_vec())
            .into();
        let recorded: Vec<Entry> = (0..1_001).map(|_| till.receipt()).collect();
        for batch in recorded.chunks(500) {
            till.push(batch).await;
        }
        for row in till.pull(SECRET_STREET).await.iter().step_by(250) {
            marks.push(row.body.0.clone());
            marks.push(serde_json::to_string(&row.body).unwrap().into_bytes());
        }
        marks.push(till.inc.0.to_string().into_bytes());
        let segment = first_segment(&till).await;
        marks.push(String::from(segment).into_bytes());
        let unsent = till.receipt();
        let own = Own { dseq: till.acked.dseq + 1, body: EntryBytes(unsent.encode().unwrap()) };
        let control = Control { acked: till.acked, epoch: till.epoch, ..Control::new(till.inc) };
        let salvage = Salvage { control: Some(control), own: vec![own], ..Salvage::default() };
        let key = server.db.account_key(account).await.unwrap().unwrap();
        let runs = salvage.runs(till.device);
        let rescue = Rescue { account: key, device: till.device, made: clock::now(), runs }.encode();
        Self { till, session, code, segment, marks, rescue, unsent }
    }

    /// All that it has and all that it is told.
    async fn state(&self, server: &Running) -> State {
        let mut list: RegisterList = read(server.ask_for_registers(&self.session).await).await;
        // It asks itself.
        list.registers.iter_mut().filter(|listed| listed.device == self.till.device).for_each(|own| own.seen = None);
        let manifest: Manifest = read(self.till.get("/v1/sync/manifest").await).await;
        let said = manifest.devices.iter().map(|device| (device.device, device.standing)).collect();
        let mut histories = Vec::new();
        for shop in 0..=3 {
            histories.push(self.till.pull(ShopId(shop)).await);
        }
        State { registers: list.registers, heads: manifest.heads, said, histories }
    }
}

/// They are cut once there is time for it.
async fn first_segment(till: &Till) -> ContentHash {
    loop {
        let list = till.get(&format!("/v1/sync/segments?shop={SECRET_STREET}&after=0")).await;
        if let Some(first) = read::<SegmentList>(list).await.segments.first() {
            return first.hash;
        }
    }
}

/// What is tried, endpoint by endpoint: whatever names something, names what is the victim's.
fn tries(victim: &Victim, other: &Till) -> BTreeMap<(&'static str, &'static str), Vec<Try>> {
    let Victim { till, segment, .. } = victim;
    let segment = String::from(*segment);
    let shops = [HIGH_STREET, SECRET_STREET];
    let named = json!({ "shop": SECRET_STREET, "register": "Third", "again": till.device });
    let new = json!({ "shop": SECRET_STREET, "register": "Fourth" });
    let nearly = json!({ "shop": HIGH_STREET, "register": "First", "again": DeviceId(1) });
    let mut wrong_code = victim.code.clone();
    let last = if wrong_code.pop() == Some('x') { 'y' } else { 'x' };
    wrong_code.push(last);
    let pushes = [till, other].map(|whose| json!(whose.request(&[victim.unsent.encode().unwrap()])));
    let password = json!({ "email": VICTIM, "password": PASSWORD });
    BTreeMap::from([
        (("GET", "/v1/about"), Try::plain()),
        (("GET", "/v1/health"), Try::plain()),
        (("GET", "/v1/ready"), Try::plain()),
        (("GET", "/v1/openapi.json"), Try::plain()),
        (("GET", "/v1/audit"), Try::queries([String::new(), "?before=1000".to_owned()])),
        (("POST", "/v1/auth/device"), Try::plain()),
        (("POST", "/v1/auth/owner"), Try::bodies([password])),
        (("GET", "/v1/devices"), Try::plain()),
        (("POST", "/v1/devices/code"), Try::bodies([named.clone(), new.clone(), nearly.clone()])),
        (("POST", "/v1/devices/pair"), Try::bodies([named, new, nearly, json!({ "code": wrong_code })])),
        (("POST", "/v1/devices/{id}/revoke"), Try::plain()),
        (("POST", "/v1/devices/{id}/let_in"), Try::plain()),
        (("POST", "/v1/devices/{id}/shops"), Try::bodies([json!({ "shops": [HIGH_STREET] })])),
        (("GET", "/v1/devices/aside"), Try::plain()),
        (("GET", "/v1/sync/manifest"), Try::queries([String::new(), format!("?wait_ms=0&known={SECRET_STREET}:0")])),
        (("GET", "/v1/sync/pull"), Try::queries(shops.map(|shop| format!("?shop={shop}&after=0")))),
        (("GET", "/v1/sync/segments"), Try::queries(shops.map(|shop| format!("?shop={shop}&after=0")))),
        (("GET", "/v1/sync/segment"), Try::queries(shops.map(|shop| format!("?shop={shop}&hash={segment}")))),
        (("GET", "/v1/sync/snapshot"), Try::plain()),
        (("GET", "/v1/sync/snapshot/part"), Try::queries([format!("?hash={segment}")])),
        (("POST", "/v1/sync/push"), Try::bodies(pushes)),
        (("POST", "/v1/sync/rescue"), Try::bodies([json!({ "by": OWNER, "file": victim.rescue })])),
    ])
}

/// What is answered to whoever has no token; what is nobody's own.
fn is_for_strangers(path: &str) -> bool {
    ["/v1/about", "/v1/health", "/v1/ready", "/v1/openapi.json"].contains(&path)
}

#[tokio::test]
async fn no_endpoint_gives_or_changes_what_is_another_accounts() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut other = server.pair("kim@example.com", HIGH_STREET).await;
    other.push(&[other.receipt()]).await;
    let session = server.session("kim@example.com").await;
    let victim = Victim::open(&server).await;
    let tries = tries(&victim, &other);
    let document: Value = read(server.http.get(format!("{}/v1/openapi.json", server.url)).send().await.unwrap()).await;
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let ours: BTreeSet<_> = tries.keys().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(ours, described, "every endpoint is tried, and each that is tried is there");

    let before = victim.state(&server).await;
    let askers = [
        ("nobody", None),
        ("an owner's session", Some(&session)),
        ("a device's own token", Some(&other.secret)),
        ("an access token", Some(&other.token)),
    ];
    let mut answered = BTreeSet::new();
    for ((method, path), tries) in &tries {
        for Try { query, body } in tries {
            for (asker, token) in askers {
                let named = path.replace("{id}", &victim.till.device.to_string());
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let mut ask = server.http.request(method, format!("{}{named}{query}", server.url));
                ask = ask.header(STANDING_HEADER, r#"{"unsent":77,"oldest_unsent":null,"session":null}"#);
                if let Some(token) = token {
                    ask = ask.bearer_auth(token);
                }
                if let Some(body) = body {
                    ask = ask.json(body);
                }
                let answer = ask.send().await.unwrap();
                let (status, bytes) = (answer.status(), answer.bytes().await.unwrap());
                let what = format!("{path}{query} by {asker}: {status} {}", String::from_utf8_lossy(&bytes));
                assert!(status.is_success() || status.is_client_error(), "{what}");
                for mark in &victim.marks {
                    assert!(!bytes.windows(mark.len()).any(|window| window == mark), "{what}");
                }
                if token.is_none() && !is_for_strangers(path) {
                    assert!([StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status), "{what}");
                }
                if status.is_success() && !is_for_strangers(path) {
                    answered.insert((*path, asker));
                }
            }
        }
    }
    // It was not for want of a token that was good for something.
    for (path, asker) in [
        ("/v1/audit", "an owner's session"),
        ("/v1/devices", "an owner's session"),
        ("/v1/auth/device", "a device's own token"),
        ("/v1/sync/manifest", "an access token"),
        ("/v1/sync/pull", "an access token"),
        ("/v1/sync/segments", "an access token"),
    ] {
        assert!(answered.contains(&(path, asker)), "{path} answered {asker} nothing: {answered:?}");
    }
    assert_eq!(victim.state(&server).await, before);
    server.stop().await;
}
