-- One row: the run of this server's history.
create table server (
  only integer primary key check (only = 1),
  epoch blob not null check (length(epoch) = 16)
) strict;

create table account (
  id integer primary key,
  name text not null,
  currency text not null check (length(currency) = 3),
  demo integer not null check (demo in (0, 1)),
  -- The server's own outbox in this account's books.
  inc blob not null check (length(inc) = 16)
) strict;

-- Who may pair devices. `employee` is who they are in the account's own books.
create table owner (
  id integer primary key,
  account integer not null references account,
  email text not null unique,
  password text not null,
  employee blob not null check (length(employee) = 16)
) strict;
create index owner_account on owner (account);

-- An owner's ten minutes to pair devices. `token` is a SHA-256.
create table session (
  token blob primary key check (length(token) = 32),
  account integer not null references account,
  owner integer not null references owner,
  expires_ms integer not null
) strict;

-- Shop 0 is the office.
create table shop (
  account integer not null references account,
  id integer not null check (id >= 0),
  name text not null,
  primary key (account, id)
) strict;

-- Device 0 is the server itself: it has no token.
create table device (
  account integer not null references account,
  id integer not null check (id >= 0),
  shop integer not null,
  register text not null,
  token blob unique check (length(token) = 32),
  paired_ms integer not null,
  revoked_ms integer,
  seen_ms integer,
  skew_ms integer,
  primary key (account, id),
  foreign key (account, shop) references shop (account, id)
) strict;

-- The shops a device may read and write.
create table device_shop (
  account integer not null,
  device integer not null,
  shop integer not null,
  primary key (account, device, shop),
  foreign key (account, device) references device (account, id),
  foreign key (account, shop) references shop (account, id)
) strict;

-- One life of one outbox: how far the server holds it.
create table incarnation (
  account integer not null,
  inc blob not null check (length(inc) = 16),
  device integer not null,
  acked integer not null check (acked >= 0),
  chain blob not null check (length(chain) = 32),
  primary key (account, inc),
  foreign key (account, device) references device (account, id)
) strict;
create index incarnation_device on incarnation (account, device);

-- How far each shop's history goes. Every writer takes sequences here, inside its txn.
create table shop_head (
  account integer not null,
  shop integer not null,
  head integer not null check (head >= 0),
  checksum blob not null check (length(checksum) = 16),
  primary key (account, shop),
  foreign key (account, shop) references shop (account, id)
) strict;

-- A shop's history. `checksum` is the shop's after this row; `flags` are what the intake found odd, with commas.
create table entry (
  account integer not null,
  shop integer not null,
  seq integer not null check (seq > 0),
  id blob not null check (length(id) = 16),
  inc blob not null,
  dseq integer not null check (dseq > 0),
  body blob not null,
  flags text not null,
  recorded_ms integer not null,
  checksum blob not null check (length(checksum) = 16),
  primary key (account, shop, seq),
  unique (account, id),
  unique (account, inc, dseq),
  foreign key (account, shop) references shop (account, id),
  foreign key (account, inc) references incarnation (account, inc)
) strict;

-- Everything an outbox ever pushed, with its chain up to there and its place in a shop's history. What has no place was put aside.
create table pushed (
  account integer not null,
  inc blob not null,
  dseq integer not null check (dseq > 0),
  chain blob not null check (length(chain) = 32),
  shop integer,
  seq integer,
  primary key (account, inc, dseq),
  check ((shop is null) = (seq is null)),
  foreign key (account, inc) references incarnation (account, inc),
  foreign key (account, shop, seq) references entry (account, shop, seq)
) strict, without rowid;

-- Entries that cannot take part until a person has looked.
create table quarantine (
  account integer not null,
  inc blob not null,
  dseq integer not null,
  body blob not null,
  reason text not null,
  recorded_ms integer not null,
  primary key (account, inc, dseq),
  foreign key (account, inc, dseq) references pushed (account, inc, dseq)
) strict;

-- What the rule needs of the office's history: who may do what, and which items there are.
create table employee (
  account integer not null references account,
  id blob not null check (length(id) = 16),
  role text not null check (role in ('cashier', 'manager', 'owner')),
  active integer not null check (active in (0, 1)),
  primary key (account, id)
) strict;

create table item (
  account integer not null references account,
  id blob not null check (length(id) = 16),
  primary key (account, id)
) strict;
