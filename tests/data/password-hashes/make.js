// npm install firebase-scrypt@2.2.0 aspnetcore-identity-password-hasher@1.0.1 wordpress-hash-node@1.0.0
const { randomBytes } = require('crypto');
const { FirebaseScrypt } = require('firebase-scrypt');
const { PasswordHasher } = require('aspnetcore-identity-password-hasher/build/PasswordHasher');
const wordpress = require('wordpress-hash-node');

// The example of https://github.com/firebase/scrypt
const firebase = new FirebaseScrypt({
  memCost: 14,
  rounds: 8,
  saltSeparator: 'Bw==',
  signerKey: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
});

function print(name, password, hash) {
  const library = `${name} ${require(`${name}/package.json`).version}`;
  console.log(JSON.stringify({ library, password, hash }));
}

async function main() {
  const identity = new PasswordHasher();
  for (const password of process.argv.slice(2)) {
    const salt = randomBytes(10).toString('base64');
    const hash = await firebase.hash(password, salt);
    print('firebase-scrypt', password, `firebase_scrypt$${salt}$${hash}`);
    print('aspnetcore-identity-password-hasher', password, await identity.hashPassword(password));
    print('aspnetcore-identity-password-hasher', password, await identity.hashPasswordV2(password));
    print('wordpress-hash-node', password, wordpress.HashPassword(password));
  }
}

main();
