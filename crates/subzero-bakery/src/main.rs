//! `cargo xtask seed bakery`: makes the bakery's account in an empty folder and rings up its 159 days there.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use clap::Parser;
use subzero_bakery::made_up::{self, Delivery, Good};
use subzero_bakery::program::{Failure, ended};
use subzero_bakery::push::{EMPLOYEES, Remote};
use subzero_bakery::tickets::{self, CSV, Ticket};
use subzero_bakery::till::{Bakery, Register, TillError};
use subzero_ledger::entry::Change;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_server::db::AccountId;
use subzero_server::seed::{Business, Employee, create_account, import, office_entry};
use subzero_server::{Config, Network, Server};
use subzero_sync::wire::ShopName;
use tokio::net::TcpListener;
use tokio::sync::watch;

const SHOP: ShopId = ShopId(1);
const EMAIL: &str = "owner@bakery.example";
const PASSWORD: &str = "bread and butter";

/// Rings up a real bakery's tickets, with made-up prices, costs and deliveries, and pushes them to a server.
#[derive(Parser)]
struct Arguments {
    /// Folder of the server's database; it must hold no account yet.
    #[arg(long)]
    data: PathBuf,
    /// Where to write the report's rows as JSON, as computed here.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Ring up only the first so many tickets.
    #[arg(long)]
    tickets: Option<usize>,
    /// Ring them all up so many times, one time after the other, the last ending yesterday.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    times: Option<u32>,
    /// Count the refused lines and do not list them.
    #[arg(long)]
    quiet: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended(run(Arguments::parse()).await)
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut read = tickets::read(CSV);
    read.tickets.truncate(arguments.tickets.unwrap_or(usize::MAX));
    let now = now()?;
    if let Some(times) = arguments.times {
        read.tickets = tickets::repeated(&read.tickets, times, now);
    }
    let goods = made_up::goods(&read.tickets);
    let deliveries = made_up::deliveries(&goods, &read.tickets);
    let history = History { tickets: read.tickets, goods, deliveries };
    println!(
        "{} tickets, {} items, {} deliveries (made up, as are prices and costs)",
        history.tickets.len(),
        history.goods.len(),
        history.deliveries.len()
    );
    for refused in read.refused.iter().filter(|_| !arguments.quiet) {
        println!("line {} refused: {}", refused.line, refused.why);
    }
    println!("{} lines refused", read.refused.len());

    let bakery = if arguments.times.is_some() {
        import_all(&arguments.data, history, now).await?
    } else {
        push_all(&arguments.data, history, now).await?
    };
    let entries: usize = bakery.registers().iter().map(|register| register.outbox.len()).sum();
    let totals = bakery.report_totals()?;
    println!("{entries} entries recorded; {} units sold for {}", bakery.units_sold(), bakery.takings());
    println!("{} items are negative: {} units, exposure {}", totals.items, totals.units, totals.exposure);
    println!(
        "owner: {EMAIL} / {PASSWORD}; PINs: {}",
        EMPLOYEES
            .iter()
            .zip(1..)
            .map(|((name, _), number)| format!("{name} {}", pin(number)))
            .collect::<Vec<_>>()
            .join(", ")
    );
    if let Some(path) = arguments.report {
        std::fs::write(path, serde_json::to_vec_pretty(&bakery.report_rows()?)?)?;
    }
    Ok(())
}

/// A server on an empty folder, with the bakery's account in it.
async fn open(data: &Path, goods: &[Good], now: Instant) -> Result<(Server, AccountId), Failure> {
    let network = Network::default();
    let config = Config { network, snapshot_after: 0, ..Config::new(data.to_owned().into()) };
    let server = Server::open(config).await?;
    if !server.db.is_empty().await? {
        let folder = data.display();
        return Err(
            format!("{folder} already holds an account: choose an empty folder, or look at what is there").into()
        );
    }
    let account = create_account(&server.db, business(goods), now).await?;
    Ok((server, account))
}

/// What happened in the bakery.
struct History {
    tickets: Vec<Ticket>,
    goods: Vec<Good>,
    deliveries: Vec<Delivery>,
}

impl History {
    /// Rings all of it up on two registers.
    fn ring_up(&self, devices: [DeviceId; 2]) -> Result<Bakery, TillError> {
        let [(_, _), (_, robin), (_, alex)] = EMPLOYEES;
        let [first, second] = devices;
        let registers = [(first, robin), (second, alex)];
        let registers = registers.map(|(device, employee)| Register { device, employee, outbox: Vec::new() });
        let mut bakery = Bakery::new(SHOP, registers, &self.goods);
        bakery.run(&self.tickets, &self.deliveries)?;
        Ok(bakery)
    }
}

/// Rings all of it up and pushes it to a server, as any register's entries are: long after they were recorded.
async fn push_all(data: &Path, history: History, now: Instant) -> Result<Bakery, Failure> {
    let (server, _) = open(data, &history.goods, now).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(server.run(listener, async move {
        let mut stopped = stopped;
        let _ = stopped.wait_for(|stop| *stop).await;
    }));
    let pushed = tokio::task::spawn_blocking(move || {
        let remote = Remote::new(&origin);
        let paired =
            [remote.pair(EMAIL, PASSWORD, SHOP, "Register 1")?, remote.pair(EMAIL, PASSWORD, SHOP, "Register 2")?];
        let devices = [paired[0].device, paired[1].device];
        let bakery = history.ring_up(devices)?;
        let mut flagged = 0;
        for (register, paired) in bakery.registers().iter().zip(&paired) {
            flagged += remote.push(paired, &register.outbox, now)?;
        }
        println!("pushed, {flagged} flagged");
        Ok::<_, Failure>(bakery)
    });
    let bakery = pushed.await??;
    stop.send(true)?;
    serving.await??;
    Ok(bakery)
}

/// Rings all of it up and puts it into the server's folder as if each entry had arrived when it happened: years of a shop that was always online.
async fn import_all(data: &Path, history: History, now: Instant) -> Result<Bakery, Failure> {
    let (server, account) = open(data, &history.goods, now).await?;
    let devices = [DeviceId(1), DeviceId(2)];
    let bakery = history.ring_up(devices)?;
    let register = |id: DeviceId| Change::Register { id, name: format!("Register {id}"), shop: SHOP };
    let [(_, owner), ..] = EMPLOYEES;
    let begin = history.tickets.iter().map(|ticket| ticket.at).min().unwrap_or(now);
    let registers = office_entry(owner, begin, devices.map(register).to_vec());
    import(&server.db, account, vec![registers]).await?;
    import(&server.db, account, bakery.recorded()).await?;
    server.db.close().await;
    Ok(bakery)
}

fn business(goods: &[Good]) -> Business {
    let employee =
        |((name, id), (role, number)): ((&str, _), _)| Employee { id, name: name.to_owned(), role, pin: pin(number) };
    let roles = [(Role::Owner, 1), (Role::Cashier, 2), (Role::Cashier, 3)];
    Business {
        name: "The bakery on the tickets".to_owned(),
        currency: "GBP".to_owned(),
        demo: false,
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        shops: vec![ShopName { id: SHOP, name: "Bakery".to_owned() }],
        employees: EMPLOYEES.into_iter().zip(roles).map(employee).collect(),
        vendors: vec![made_up::vendor()],
        items: goods.iter().enumerate().map(|(number, good)| good.change(number)).collect(),
    }
}

fn pin(number: u8) -> String {
    number.to_string().repeat(4)
}

fn now() -> Result<Instant, Failure> {
    let ms = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
    Instant::from_unix_ms(i64::try_from(ms)?).ok_or_else(|| "the clock of this machine is out of range".into())
}
