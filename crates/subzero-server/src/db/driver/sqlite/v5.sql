-- Codes that owners made, each to let one register in once. `place` is what of a code says which one is meant, `code` a SHA-256 of the whole.
create table pairing_code (
  place text primary key,
  account integer not null references account,
  -- The owner who made it.
  employee blob not null check (length(employee) = 16),
  code blob not null check (length(code) = 32),
  shop integer not null,
  register text not null,
  -- The device that is to be let in again; a new one if there is none.
  device integer,
  expires_ms integer not null,
  -- How many wrong codes were tried at its place.
  wrong integer not null,
  foreign key (account, shop) references shop (account, id)
) strict;
create index pairing_code_account on pairing_code (account);

-- A device's quarter of an hour to sync, a few at once. `token` is a SHA-256, `secret` that of the device's own token with which it was got:
-- once the device has another one, this is over.
create table access_token (
  token blob primary key check (length(token) = 32),
  secret blob not null check (length(secret) = 32),
  expires_ms integer not null
) strict;
create index access_token_secret on access_token (secret);

-- Who got in and who was let in or kept out, account by account, for 400 days. No secret is in it.
create table audit (
  account integer not null references account,
  number integer not null check (number > 0),
  at_ms integer not null,
  actor text not null,
  what text not null,
  device integer,
  -- Whence, as far as the network knows.
  address text,
  primary key (account, number)
) strict;
