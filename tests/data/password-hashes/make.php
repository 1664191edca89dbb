<?php
// Debian's php-cli. The second hash is that of wp_hash_password() in WordPress 6.8.
foreach (array_slice($argv, 1) as $password) {
    $wp = base64_encode(hash_hmac('sha384', trim($password), 'wp-sha384', true));
    $hashes = [
        password_hash($password, PASSWORD_BCRYPT, ['cost' => 4]),
        '$wp' . password_hash($wp, PASSWORD_BCRYPT, ['cost' => 4]),
    ];
    foreach ($hashes as $hash) {
        $vector = ['library' => 'PHP ' . PHP_VERSION, 'password' => $password, 'hash' => $hash];
        echo json_encode($vector, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), "\n";
    }
}
