-- One row: the run of this server's history.
create table server (
  "only" bigint primary key check ("only" = 1),
  epoch bytea not null check (length(epoch) = 16)
);

create table account (
  id bigint generated always as identity primary key,
  name text not null,
  currency text not null check (length(currency) = 3),
  demo bigint not null check (demo in (0, 1)),
  -- The server's own outbox in this account's books.
  inc bytea not null check (length(inc) = 16)
);

-- Who may pair devices. `employee` is who they are in the account's own books.
create table owner (
  id bigint generated always as identity primary key,
  account bigint not null references account,
  email text not null unique,
  password text not null,
  employee bytea not null check (length(employee) = 16)
);
create index owner_account on owner (account);

-- An owner's ten minutes to pair devices. `token` is a SHA-256.
create table session (
  token bytea primary key check (length(token) = 32),
  account bigint not null references account,
  owner bigint not null references owner,
  expires_ms bigint not null
);

-- Shop 0 is the office.
create table shop (
  account bigint not null references account,
  id bigint not null check (id >= 0),
  name text not null,
  primary key (account, id)
);

-- Device 0 is the server itself: it has no token.
create table device (
  account bigint not null references account,
  id bigint not null check (id >= 0),
  shop bigint not null,
  register text not null,
  token bytea unique check (length(token) = 32),
  paired_ms bigint not null,
  revoked_ms bigint,
  seen_ms bigint,
  skew_ms bigint,
  -- What it last said of itself when it asked for news, as JSON.
  standing text not null default '{"unsent":0}',
  primary key (account, id),
  foreign key (account, shop) references shop (account, id)
);

-- The shops a device may read and write.
create table device_shop (
  account bigint not null,
  device bigint not null,
  shop bigint not null,
  primary key (account, device, shop),
  foreign key (account, device) references device (account, id),
  foreign key (account, shop) references shop (account, id)
);

-- One life of one outbox: how far the server holds it.
create table incarnation (
  account bigint not null,
  inc bytea not null check (length(inc) = 16),
  device bigint not null,
  acked bigint not null check (acked >= 0),
  chain bytea not null check (length(chain) = 32),
  primary key (account, inc),
  foreign key (account, device) references device (account, id)
);
create index incarnation_device on incarnation (account, device);

-- How far each shop's history goes. Every writer takes sequences here, inside its txn.
create table shop_head (
  account bigint not null,
  shop bigint not null,
  head bigint not null check (head >= 0),
  checksum bytea not null check (length(checksum) = 16),
  primary key (account, shop),
  foreign key (account, shop) references shop (account, id)
);

-- A shop's history. `checksum` is the shop's after this row; `flags` are what the intake found odd, with commas.
create table entry (
  account bigint not null,
  shop bigint not null,
  seq bigint not null check (seq > 0),
  id bytea not null check (length(id) = 16),
  inc bytea not null,
  dseq bigint not null check (dseq > 0),
  body bytea not null,
  flags text not null,
  recorded_ms bigint not null,
  checksum bytea not null check (length(checksum) = 16),
  primary key (account, shop, seq),
  unique (account, id),
  unique (account, inc, dseq),
  foreign key (account, shop) references shop (account, id),
  foreign key (account, inc) references incarnation (account, inc)
);

-- Everything an outbox ever pushed, with its chain up to there and its place in a shop's history. What has no place was put aside.
create table pushed (
  account bigint not null,
  inc bytea not null,
  dseq bigint not null check (dseq > 0),
  chain bytea not null check (length(chain) = 32),
  shop bigint,
  seq bigint,
  primary key (account, inc, dseq),
  check ((shop is null) = (seq is null)),
  foreign key (account, inc) references incarnation (account, inc),
  foreign key (account, shop, seq) references entry (account, shop, seq)
);

-- Entries that cannot take part until a person has looked.
create table quarantine (
  account bigint not null,
  inc bytea not null,
  dseq bigint not null,
  body bytea not null,
  reason text not null,
  recorded_ms bigint not null,
  primary key (account, inc, dseq),
  foreign key (account, inc, dseq) references pushed (account, inc, dseq)
);

-- What the rule needs of the office's history: who may do what, and which items there are.
create table employee (
  account bigint not null references account,
  id bytea not null check (length(id) = 16),
  role text not null check (role in ('cashier', 'manager', 'owner')),
  active bigint not null check (active in (0, 1)),
  primary key (account, id)
);

create table item (
  account bigint not null references account,
  id bytea not null check (length(id) = 16),
  primary key (account, id)
);
-- What the account has decided that cashiers and managers may do, as JSON. A role without a row may do what it may at first.
create table rights (
  account bigint not null references account,
  role text not null check (role in ('cashier', 'manager')),
  rights text not null,
  primary key (account, role)
);
